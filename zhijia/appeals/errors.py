"""What can be refused about an appeal, and what to do then."""

from zhijia.core.errors import BadInput, DomainError
from zhijia.core.words import _


class EmptyAppeal(BadInput):
    """Nothing was written."""

    code = "empty-appeal"
    field = "text"
    text = _("Please write what happened.")
    next_step = _("A few words are enough, for example: my wages of last month were not paid.")


class AppealTooLong(BadInput):
    """More than the form takes."""

    code = "appeal-too-long"
    field = "text"
    text = _("Your text has %(length)s characters; we can take %(limit)s.")
    next_step = _("Shorten it, or attach the long version as a document. Nothing you typed is lost.")


class ContactMissing(BadInput):
    """A named appeal entered for a person without any way to answer."""

    code = "contact-missing"
    field = "mobile"
    text = _("We have no way to answer this person.")
    next_step = _("Enter a mobile number, or choose “Without my name” and hand over the receipt.")


class SignInForName(BadInput):
    """A stranger chose to give his name but is not signed in and left no number."""

    code = "sign-in-for-name"
    field = "confidentiality"
    text = _("To give your name, sign in or leave a mobile number.")
    next_step = _("Or choose “Without my name”: you follow the matter with the receipt.")


class CategoryGone(BadInput):
    """The category was removed while the form was open."""

    code = "category-gone"
    field = "category"
    text = _("This category no longer exists.")
    next_step = _("Choose another one, or leave it empty: we sort it for you.")


class AlreadyRated(DomainError):
    """One rating a round."""

    code = "already-rated"
    text = _("You have already judged this answer.")
    next_step = _("If the trouble is back, use “Reopen” while the page offers it, or file a new appeal.")


class ReopenTooLate(DomainError):
    """The window is over."""

    code = "reopen-too-late"
    text = _("This could be reopened until %(until)s.")
    next_step = _("File a new appeal and mention the number %(number)s; we link the two.")


class ReopenedBefore(DomainError):
    """Reopening is possible once; then the body above reviews."""

    code = "reopened-before"
    text = _("This matter was already reopened once.")
    next_step = _("Ask for a review: a body above the one that answered looks at it.")


class SameHandler(BadInput):
    """A reopened matter goes to somebody else."""

    code = "same-handler"
    field = "handler"
    text = _("After a bad mark the matter must go to another handler.")
    next_step = _("Choose somebody who has not handled it before.")


class HandlerUnfit(BadInput):
    """The chosen handler cannot take it."""

    code = "handler-unfit"
    field = "handler"
    text = _("This person cannot handle the matter.")
    next_step = _("Choose a handler who holds a post in this body and has no link with the employer.")


class TakenByAnother(DomainError):
    """Two officers took one case; the first has it."""

    code = "taken-by-another"
    text = _("Somebody else has just taken this matter.")
    next_step = _("Go back to the queue and take the next one.")


class CorrectionMissing(BadInput):
    """After a bad mark the second answer must say what is put right."""

    code = "correction-missing"
    field = "correction"
    text = _("The first answer was judged not satisfactory, so this one must say what is put right.")
    next_step = _("Write what was wrong and what has changed for the worker.")


class ExtensionTooLong(BadInput):
    """Past the lawful limit."""

    code = "extension-too-long"
    field = "days"
    text = _("An extension may last %(limit)s days at most (%(article)s).")
    next_step = _("Choose fewer days.")


class ExtendedBefore(DomainError):
    """One extension a round."""

    code = "extended-before"
    text = _("This matter has already been extended, or an extension is waiting for a decision.")
    next_step = _("Answer by the date shown, or ask the body above for help.")


class NoExtensionAsked(DomainError):
    """Nothing to decide."""

    code = "no-extension-asked"
    text = _("No extension is waiting for a decision.")
    next_step = _("Look at the page again.")


class OwnRequest(DomainError):
    """Who asks does not decide."""

    code = "own-request"
    status = 403
    text = _("You asked for this extension, so another person decides.")
    next_step = _("Ask the head of your body to decide.")


class RoutingObjectionTooLate(DomainError):
    """Five working days (Petition Work Regulations art. 23)."""

    code = "routing-objection-too-late"
    text = _("A wrong routing could be objected to until %(until)s.")
    next_step = _("Handle the matter, or ask the body above to take it over.")


class NobodyAbove(DomainError):
    """The top of the tree."""

    code = "nobody-above"
    text = _("There is no union body above this one to send it to.")
    next_step = _("Handle the matter here.")


class BodyUnfit(BadInput):
    """The chosen body is the employer's own, or does not take appeals."""

    code = "body-unfit"
    field = "body"
    text = _("This matter may not be sent to that union body.")
    next_step = _("Choose a body that takes appeals and does not belong to the employer concerned.")


class ReviewTooLate(DomainError):
    """30 days (Petition Work Regulations art. 35 and 36)."""

    code = "review-too-late"
    text = _("A review could be asked for until %(until)s.")
    next_step = _("File a new appeal if there are new facts; labour arbitration stays open to you.")


class ConsentMissing(BadInput):
    """Publishing needs the worker's consent."""

    code = "consent-missing"
    text = _("The worker has not agreed to publishing.")
    next_step = _("Ask the worker first; the page of the matter has a switch for it.")


class PromiseTooSlow(BadInput):
    """A body may promise less time than the law, never more."""

    code = "promise-too-slow"
    field = "amount"
    text = _("The law allows %(limit)s at most (%(article)s).")
    next_step = _("Promise the same or less time.")


class TooManyAtOnce(BadInput):
    """Bulk steps are capped."""

    code = "too-many-at-once"
    text = _("%(limit)s matters at most can be changed at once.")
    next_step = _("Choose fewer, then do the rest.")


class StillIdentifies(BadInput):
    """The text to be published still holds what may identify a person."""

    code = "still-identifies"
    field = "question"
    text = _("The text still contains what may identify a person: %(spans)s.")
    next_step = _("Remove it, or tick that you have checked each mark.")


class ExportTooLarge(BadInput):
    """More rows than one sheet takes."""

    code = "export-too-large"
    text = _("This filter holds %(count)s matters; one export takes %(limit)s at most.")
    next_step = _("Narrow the filter, for example to a quarter or to one body, and export in parts.")


class NothingInThePool(DomainError):
    """No matter waits for a handler."""

    code = "nothing-in-the-pool"
    text = _("No matter is waiting for a handler in your body.")
    next_step = _("Look at your own matters, or come back later.")


class ReasonNeeded(BadInput):
    """Opening the person's data needs a reason that the person will read."""

    code = "reason-needed"
    field = "reason"
    text = _("Say why you need to know who the person is.")
    next_step = _("One sentence is enough. The person will read it.")


class NothingSealed(DomainError):
    """There is no name and no number to open."""

    code = "nothing-sealed"
    text = _("Nothing about the person was kept with this matter.")
    next_step = _("Write in the conversation of the matter: the person reads it with the receipt.")


class ReceiptUnknown(BadInput):
    """The check digit fits, but no matter has this receipt."""

    code = "receipt-unknown"
    field = "receipt"
    text = _("We know no matter with this receipt number.")
    next_step = _("Compare it group by group. If it is lost, sign in if you have an account, or call 12351.")


class TooManyTries(BadInput):
    """Wrong receipts make the next try wait."""

    code = "too-many-tries"
    status = 429
    field = "receipt"
    text = _("This was tried too often in a short time.")
    next_step = _("Wait %(seconds)s seconds, then try again. Nothing is lost.")
