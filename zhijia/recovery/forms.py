"""What an officer types at the counter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import MobileField, PlainForm
from zhijia.recovery.enums import Document, NumberProof


class SeenForm(PlainForm):
    """Two numbers and what was seen; both officers type all of it, without seeing the other's."""

    old_phone = MobileField(label=_("The number that was lost"))
    new_phone = MobileField(
        label=_("The number from now on"),
        help_text=_("Have the person say it; do not copy it from a colleague."),
    )
    document = forms.ChoiceField(
        label=_("Original that you hold in your hands"),
        choices=[("", _("Please choose")), *Document.choices],
        help_text=_("Compare the picture with the face. A photocopy or a photo is not enough. Keep no copy."),
    )  # fmt: skip
    number_proof = forms.ChoiceField(
        label=_("How you saw that the lost number was theirs"),
        choices=[("", _("Please choose")), *NumberProof.choices],
    )


class ConfirmForm(SeenForm):
    """The same by the second officer."""

    end_sessions = forms.BooleanField(
        label=_("The telephone is in strange hands: end its sessions now"), required=False
    )
