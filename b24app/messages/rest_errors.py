"""The sentences for every error of `rest/errors.py`: one table from class to words.

True of any Bitrix24 app, and worded for reading and for opening a page; a command that writes puts
a table of its own before this one, and the start adds what the app's own errors need. A class
without a row takes its parent's.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from b24app.messages.notice import Notice as Notice
from b24app.messages.notice import Tone as Tone
from b24app.messages.notice import Wording, notice_of
from b24app.rest import address_errors, errors
from b24app.rest.errors import RestError


def explain(error: RestError, *, is_admin: bool) -> Notice:
    """What happened and what to do, for an error while something was read or opened."""
    return notice_of(error, WORDINGS, is_admin=is_admin)


def _again(text: Promise, next_step: Promise, admin_step: Promise | str = "") -> Wording:
    """A warning about what is worth another try."""
    return Wording(text, next_step, admin_step, tone=Tone.WARNING, can_retry=True)


def _open(text: Promise) -> Wording:
    """The outcome is open: looking again is the next step, also after a button."""
    return _again(text, _("Load the page again to see how things stand."))


SESSION_ENDED = Wording(
    _("Your session has ended."),
    _("Reload the page in your browser."),
    tone=Tone.WARNING,
)
CROWDED = _again(
    _("Many people in your Bitrix24 are using this app right now, so nothing was changed."),
    _("Try again in a few seconds."),
)
PAUSED = _again(
    _("Bitrix24 has paused this action, because apps used it a lot in the last minutes."),
    _("Nothing was changed; try again in ten minutes."),
)

SIGN_IN_REFUSED = Wording(
    _("Bitrix24 does not accept the app's sign-in."),
    _("Reload the page in your browser."),
    _("If reloading does not help, install the app again."),
)

WORDINGS: dict[type[RestError], Wording] = {
    RestError: Wording(
        _("Something went wrong with Bitrix24."),
        _("Reload the page; if it happens again, send the details to the support of this app."),
        can_retry=True,
    ),
    # Nothing ran: each of these says so, because the reader may have pressed a button.
    errors.NotExecuted: _again(
        _("Bitrix24 did not carry out the request, so nothing was changed."),
        _("Try again in a minute."),
    ),
    errors.NotSent: _again(
        _("Bitrix24 could not be reached, so nothing was changed."),
        _("Try again in a minute."),
        _(
            "If Bitrix24 runs on your own server, check that it can be reached from the internet"
            " and that its certificate is valid."
        ),
    ),
    errors.AddressForbidden: Wording(
        _("This app may not connect to the address of your Bitrix24."),
        admin_step=_("Give your Bitrix24 a public https address, then open the app again."),
    ),
    errors.CertificateRefused: Wording(
        _("The certificate of your Bitrix24 is not trusted, so nothing was sent to it."),
        admin_step=_(
            "Install a certificate from a public authority on your Bitrix24, together with its"
            " intermediate certificates, then open the app again."
        ),
    ),
    errors.PortalBusy: CROWDED,
    errors.QueueTooLong: CROWDED,
    errors.ServerBusy: _again(
        _("The server of this app is busy, so nothing was changed."),
        _("Try again in a few seconds."),
    ),
    errors.RateLimited: _again(
        _("Bitrix24 is busy at the moment, so nothing was changed."),
        _("Try again in half a minute."),
    ),
    errors.OperationTimeLimit: PAUSED,
    errors.MethodsPaused: PAUSED,
    errors.TokenExpired: SESSION_ENDED,
    errors.TokenInvalid: SESSION_ENDED,
    errors.GrantDead: SESSION_ENDED,
    errors.RefreshBusy: _again(
        _("Your session is just being renewed, so nothing was changed."),
        _("Try again in a few seconds."),
    ),
    errors.SignInUnreachable: _again(
        _("The sign-in service of Bitrix24 does not answer, so nothing was changed."),
        _("Try again in a minute."),
        _("If Bitrix24 runs on your own server, check that it can reach the sign-in service."),
    ),
    errors.PortalMoved: Wording(
        _("Your Bitrix24 has a new address, so nothing was changed."),
        _("Sign in at the new address and open the app there."),
        tone=Tone.WARNING,
    ),
    errors.BatchForbidden: _again(
        _("Bitrix24 did not take several requests together, so nothing was changed."),
        _("Try again: the app now sends them one by one."),
    ),
    # The portal said no.
    errors.Refused: Wording(
        _("Bitrix24 refused the request."),
        _("If you think this is a mistake, send the details to the support of this app."),
    ),
    errors.AccessDenied: Wording(
        _("You do not have access to this in Bitrix24."),
        _("Ask the person who is responsible for it."),
        _("Check what the role of this person may see and edit in the CRM."),
    ),
    errors.CredentialsRefused: SIGN_IN_REFUSED,
    errors.ClientRefused: SIGN_IN_REFUSED,
    errors.RestNotInPlan: Wording(
        _("Apps are not included in the plan of your Bitrix24."),
        admin_step=_("Check whether the plan or a Market subscription covers apps."),
    ),
    errors.UserNotAuthorized: Wording(
        _("Your account cannot use apps yet: sign in to Bitrix24 once and accept the invitation."),
        _("Reload the page in your browser."),
        _("If the invitation is lost, send it to this person again."),
    ),
    errors.AppsRefused: Wording(
        _("Bitrix24 does not let your account use apps."),
        _("If you are new here, sign in to Bitrix24 once and accept the invitation."),
        _("Check whether the plan covers apps, and whether this person has signed in."),
    ),
    errors.LicenceMissing: Wording(
        _("The plan of your Bitrix24 does not include this function."),
        admin_step=_("Check what the plan of your Bitrix24 includes."),
        is_quoting=True,
    ),
    errors.AppUnpaid: Wording(
        _("The paid period of this app is over."),
        admin_step=_("Renew the app or the subscription in the Market."),
    ),
    errors.ScopeMissing: Wording(
        _("The app has not been given all the permissions it needs."),
        admin_step=_("Update or reinstall the app in the Market and confirm its permissions."),
    ),
    errors.AppNotForUser: Wording(
        _("This app has not been opened for you."),
        admin_step=_("Find the app in the Market and give access to the people who need it."),
    ),
    errors.UserInactive: Wording(
        _("Your account is not active in this Bitrix24."),
        admin_step=_("Look at this account in the list of employees."),
    ),
    errors.GuestRefused: Wording(
        _("Guests of this Bitrix24 have no access to the CRM."),
        _("Ask a colleague who works in this Bitrix24."),
    ),
    errors.ConfirmationPending: _again(
        _("An administrator has been asked to allow this."),
        _("Try again when the permission has been given."),
        _("Answer the question of this app in your Bitrix24 notifications."),
    ),
    errors.ConfirmationDenied: Wording(
        _("An administrator has decided against allowing this."),
        admin_step=_("If that was a mistake, reinstall the app and allow the request."),
    ),
    errors.Overloaded: Wording(
        _("Bitrix24 has blocked apps in your Bitrix24 for now."),
        admin_step=_("Write to the support of Bitrix24."),
    ),
    errors.PlaceUnknown: Wording(
        _("This Bitrix24 has no such place for apps. Everything else works."),
        admin_step=_("It comes with a newer version of Bitrix24. Repair then adds it."),
    ),
    errors.MethodMissing: Wording(
        _("Your Bitrix24 lacks a function that this app needs."),
        admin_step=_("Update Bitrix24 and check that all its modules are installed."),
    ),
    errors.ItemNotFound: Wording(
        _("This no longer exists in Bitrix24."),
        _("Reload the page to see what is there now."),
    ),
    errors.MethodRefused: Wording(
        _("Bitrix24 refused the request."),
        _("Reload the page and try once more."),
        can_retry=True,
        is_quoting=True,
        wordless=_("Bitrix24 refused the request without giving a reason."),
    ),
    errors.ForeignGrant: Wording(
        _("Bitrix24 signed you in to another portal or another app."),
        _("Close this page and open the app again in your own Bitrix24."),
        _("If opening the app again does not help, install it again."),
    ),
    address_errors.AddressUnusable: Wording(
        _("Bitrix24 has an address for your portal that this app cannot use."),
        admin_step=_("Give your Bitrix24 a public https address, then open the app again."),
    ),
    address_errors.SignInServerUnknown: Wording(
        _("Your Bitrix24 signs in at a server that this app does not know."),
        _("Send the details to the support of this app."),
    ),
    errors.Gone: Wording(
        _("The app is not available in this Bitrix24 any more."),
        admin_step=_("Install the app again from the Market."),
    ),
    errors.AppNotInstalled: Wording(
        _("The app is not installed in this Bitrix24, or not completely."),
        admin_step=_("Install the app again from the Market."),
    ),
    errors.PortalClosed: Wording(
        _("This Bitrix24 is closed at the moment."),
        admin_step=_("Check the plan of your Bitrix24, or write to the support of Bitrix24."),
    ),
    errors.OurFault: Wording(
        _("Something is wrong in this app, and it is not your doing."),
        _("Send the details to the support of this app."),
    ),
    errors.Unknown: _open(_("Bitrix24 gave no clear answer.")),
    errors.NoAnswer: _open(_("Bitrix24 did not answer in time.")),
    errors.UnreadableAnswer: _open(_("The answer of Bitrix24 could not be read.")),
    errors.PortalFailed: _open(_("Bitrix24 reported a fault of its own.")),
    errors.ResultUnusable: Wording(
        _("Bitrix24 agreed, but gave nothing back."),
        _("Load the page again to see how things stand."),
        can_retry=True,
    ),
    errors.UnlistedCode: Wording(
        _("Bitrix24 answered with an error that this app does not know."),
        _("Load the page again; if it happens again, send the details to the support of this app."),
        can_retry=True,
        is_quoting=True,
    ),
}
