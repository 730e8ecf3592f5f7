"""The filter of the public table."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import PlainForm, TidyCharField
from zhijia.regulations import places
from zhijia.regulations.errors import UnknownPlace


class RuleFilterForm(PlainForm):
    """Words and a place."""

    q = TidyCharField(label=_("Word in the rule"), required=False, max_length=50)
    place = forms.ChoiceField(label=_("Place"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        provinces = [(code, places.name(code)) for code in places.children("")]
        self.fields["place"].choices = [("", _("the whole country")), *provinces, *self._asked_for(provinces)]  # type: ignore[attr-defined]

    def _asked_for(self, provinces: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Offer a city or county that came with the address, e.g. from a link on a matter's page."""
        try:
            code = places.clean_place(str(self.data.get("place", "")))
        except UnknownPlace:
            return []
        return [] if not code or code in dict(provinces) else [(code, places.full_name(code))]
