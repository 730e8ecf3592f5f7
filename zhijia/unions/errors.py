"""Refusals of the union tree."""

from zhijia.core.errors import BadInput, DomainError
from zhijia.core.words import _


class ParentNotAbove(BadInput):
    """A parent must stand on a higher level than its child."""

    code = "parent-not-above"
    field = "parent"
    text = _("This body cannot stand above: it is not on a higher level.")
    next_step = _("Choose a body of a higher level.")


class TreeCycle(BadInput):
    """A body cannot be moved below itself."""

    code = "tree-cycle"
    field = "parent"
    text = _("A body cannot stand below itself.")
    next_step = _("Choose a body outside this branch of the tree.")


class OtherTenant(BadInput):
    """A body keeps its tenant for ever: everything that is written about it lies there."""

    code = "other-tenant"
    field = "parent"
    text = _("This body belongs to another province or industry; its records cannot change sides.")
    next_step = _("Found a union there and let the members transfer; then dissolve this body.")


class UnionCodeForEmployer(BadInput):
    """A unified social credit code beginning with 8 belongs to a trade union (GB 32100)."""

    code = "union-code-for-employer"
    field = "credit_code"
    text = _("This code begins with 8: it belongs to a trade union, not to the employer.")
    next_step = _("Look at the employer's business licence and type that code, or leave the field empty.")


class EmployerExists(BadInput):
    """Two employers of a province cannot share a code."""

    code = "employer-exists"
    field = "credit_code"
    text = _("There is already an employer with this code: %(name)s.")
    next_step = _("Open that employer instead of adding it again.")


class NameMissing(BadInput):
    """A name without letters."""

    code = "name-missing"
    field = "name"
    text = _("A name is missing.")
    next_step = _("Type the full name.")


class BadPlace(BadInput):
    """Not a GB/T 2260 code."""

    code = "bad-place"
    field = "place"
    text = _("This is not the code of a place.")
    next_step = _("Type the six digits of the county, city or province, for example 130526.")


class BadTerm(BadInput):
    """A term that ends before it begins."""

    code = "bad-term"
    field = "until_on"
    text = _("The last day is before the first day.")
    next_step = _("Correct one of the two dates.")


class NotSeatedThen(BadTerm):
    """Nobody leaves a seat before it was taken, nor on a day that is still to come."""

    code = "not-seated-then"
    field = "on"
    text = _("The day must lie between %(first)s, when the seat was taken, and today.")
    next_step = _("Enter the last day in the seat; on a day to come, come back then.")


class PostHeld(DomainError):
    """The person already holds this post."""

    code = "post-held"
    text = _("This person already holds this post in this body.")
    next_step = _("End the post first if you want to change its term.")


class OwnPost(DomainError):
    """Nobody gives himself power."""

    code = "own-post"
    status = 403
    text = _("You cannot give a post to yourself.")
    next_step = _("Ask another steward of your body or of the body above.")


class NoSuchPerson(BadInput):
    """No account with this number."""

    code = "no-such-person"
    field = "phone"
    text = _("Nobody with this mobile number has an account.")
    next_step = _("Ask the person to register first, then give the post.")


class SameEmployer(BadInput):
    """An employer cannot be merged into itself or into one that is merged away."""

    code = "same-employer"
    field = "keep"
    text = _("These two entries cannot be merged.")
    next_step = _("Choose another entry that is still in use.")


class NoBodyFound(DomainError):
    """The tree is empty: nothing can be routed."""

    code = "no-body"
    status = 503
    text = _("No union body is set up here yet.")
    next_step = _("Call 12351: a person will take it up.")


class TieStands(BadInput):
    """A declared tie may last longer, never shorter: what it hides must not appear early."""

    code = "tie-stands"
    field = "until_on"
    text = _("This tie was declared for longer. It cannot be shortened.")
    next_step = _("If the day was a mistake, ask the steward above your body to look into it.")


class TermRuns(BadInput):
    """Terms of one body do not overlap."""

    code = "term-runs"
    field = "from_on"
    text = _("On this day a term of this body was already running.")
    next_step = _("Choose a first day after the last term began.")


class MembersExceedWorkers(BadInput):
    """Members are counted among the workers of the unit."""

    code = "members-exceed-workers"
    field = "members"
    text = _("%(members)s members are more than the %(workers)s workers of the unit.")
    next_step = _("Check both figures: every member is also counted among the workers.")


class PartsExceedMembers(BadInput):
    """Women, migrant workers and platform workers are counted among the members."""

    code = "parts-exceed-members"
    field = "women"
    text = _("One of the groups has more people than there are members.")
    next_step = _("Women, migrant workers and platform workers are counted among the members: check them.")


class ReportOfTheFuture(BadInput):
    """Figures are of a day that has been."""

    code = "report-of-the-future"
    field = "reported_on"
    text = _("This day has not come yet.")
    next_step = _("Give the day for which the figures were counted.")


class CodeOfAnEmployer(BadInput):
    """The code of a union begins with 8 (GB 32100)."""

    code = "code-of-an-employer"
    field = "credit_code"
    text = _("This is not the code of a union: that begins with 8. It is probably the employer's.")
    next_step = _("Look at the certificate of the union as legal person and type its code.")


class CodeTaken(BadInput):
    """Two bodies cannot share a code."""

    code = "code-taken"
    field = "credit_code"
    text = _(
        "Another union body is registered with this code, or this certificate is older than the last one."
    )
    next_step = _("Compare the code and the date with the certificate.")
