"""Why a file cannot be taken."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput, DomainError, NotAllowed

ACCEPTED = _(
    "Photos (JPEG, PNG, WebP, GIF), PDF, Word and Excel (.docx, .xlsx), sound and video can be added."
)


class EmptyFile(BadInput):
    """Nothing in it."""

    code = "file-empty"
    field = "files"
    text = _("The file %(name)s is empty.")
    next_step = _("Choose it again, or take the photo again.")


class FileTooBig(BadInput):
    """Over the cap of one file."""

    code = "file-too-big"
    field = "files"
    text = _("The file %(name)s is larger than %(limit)s MB.")
    next_step = _("Send a smaller one: a photo instead of a film, or the film in shorter pieces.")


class TooManyBytes(BadInput):
    """Over the cap of one record."""

    code = "files-too-big-together"
    field = "files"
    text = _("Together the files of this matter are larger than %(limit)s MB.")
    next_step = _("Send the most important ones, or bring the rest to the counter.")


class TypeRefused(BadInput):
    """What the file really is cannot be taken."""

    code = "file-type-refused"
    field = "files"
    text = _("The file %(name)s is really %(kind)s, which cannot be taken.")
    next_step = ACCEPTED


class FileDamaged(BadInput):
    """It begins like an allowed type but cannot be read as one."""

    code = "file-damaged"
    field = "files"
    text = _("The file %(name)s is damaged or incomplete: it cannot be read as %(kind)s.")
    next_step = _("Choose it again, or send a photo or a PDF of it.")


class TooManyPixels(BadInput):
    """A picture that would burst."""

    code = "picture-too-large"
    field = "files"
    text = _("The picture %(name)s has too many points (more than 40 million).")
    next_step = _("Send it in a smaller size.")


class UnpacksTooLarge(BadInput):
    """A document that would burst, or that hides something."""

    code = "document-unsafe"
    field = "files"
    text = _("The document %(name)s cannot be opened safely: %(reason)s.")
    next_step = _("Save it anew, or send a PDF or a photo of it.")


class ProgramFound(BadInput):
    """The scanner names something harmful in it, or says that it cannot look at all of it."""

    code = "file-harmful"
    field = "files"
    text = _("The check found something harmful in the file %(name)s (%(found)s). It was not received.")
    next_step = _("Send a photo or a screenshot of it instead. The rest of what you wrote is kept.")


class FileWithheld(DomainError):
    """It is kept, but nobody may open it now."""

    code = "file-withheld"
    text = _("This file cannot be opened now. %(why)s")
    next_step = _("Nothing is lost: the original is kept unaltered under seal.")


class FileLocked(NotAllowed):
    """It lies under the key of its matter, which was not opened."""

    code = "file-locked"
    text = _("This file lies under the key of its matter, which was not opened for you.")
