"""What strangers type: a receipt, words to look for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.appeals.selectors.public import top_categories
from zhijia.core.forms import PlainForm, ReceiptField, TidyCharField


class FollowForm(PlainForm):
    """The receipt of a matter."""

    receipt = ReceiptField(
        label=_("Receipt number"),
        help_text=_("20 digits in five groups. Spaces do not matter."),
        error_messages={"required": _("Type the 20 digits of your receipt.")},
    )


class AnswersForm(PlainForm):
    """Search among published answers."""

    q = TidyCharField(required=False, max_length=60, label=_("Words"))
    category = forms.ChoiceField(required=False, label=_("What it is about"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["category"]
        chosen.choices = [("", _("Everything")), *top_categories()]
