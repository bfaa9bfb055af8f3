"""What is wrong between this server and one portal, and what to do about it."""
