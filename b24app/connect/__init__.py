"""Pages outside the frame for a portal's administrators, who sign in through their portal."""
