"""Fields clean what people type, and forms keep it."""

import datetime as dt

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from zhijia.core.errors import BadInput, WrongState
from zhijia.core.forms import (
    CreditCodeField,
    FilesField,
    MobileField,
    OnceForm,
    PlainForm,
    ReceiptField,
    ResidentIdField,
    TidyCharField,
    attempt,
    status_of,
)
from zhijia.core.receipts import new_receipt


class Sample(OnceForm):
    text = TidyCharField(label="Text", help_text="What happened", max_length=10, rows=3)
    mobile = MobileField(label="Mobile", required=False)
    way = forms.ChoiceField(label="Way", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


KEY = "0f9d1c2e-1111-4222-8333-444455556666"
GOOD = {"idempotency_key": KEY, "text": "hello", "way": "a"}


def _clean(field: forms.Field, value: object) -> object:
    return field.clean(value)


def test_text_is_tidied_and_emoji_and_markup_stay() -> None:
    typed = "  a\r\nb\x00\u202e <b>😀</b>  "
    assert _clean(TidyCharField(), typed) == "a\nb <b>😀</b>"


def test_blank_text_is_no_text() -> None:
    with pytest.raises(forms.ValidationError) as refused:
        _clean(TidyCharField(), " \u202e \n ")
    assert refused.value.code == "required"


def test_a_too_long_text_is_refused_with_its_length_and_kept_as_typed() -> None:
    form = Sample({**GOOD, "text": "长" * 11})
    assert not form.is_valid()
    assert "11" in form.errors["text"][0]
    assert "10" in form.errors["text"][0]
    assert "长" * 11 in str(form["text"])


def test_a_text_area_counts_and_never_cuts_off() -> None:
    drawn = str(Sample()["text"])
    assert 'data-count="10"' in drawn
    assert "maxlength" not in drawn


@pytest.mark.parametrize(
    "typed", ["138 0013 8000", "１３８００１３８０００", "+86 138-0013-8000", "138\u200b00138000"]
)
def test_a_mobile_number_may_be_typed_in_any_way(typed: str) -> None:
    assert _clean(MobileField(), typed) == "+8613800138000"


@pytest.mark.parametrize("typed", ["12345", "+1 202 555 0100", "23800138000", "一三八"])
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        _clean(MobileField(), typed)
    assert refused.value.code == "bad-mobile"


def test_numbers_with_check_digits_are_cleaned() -> None:
    receipt = new_receipt()
    assert _clean(ReceiptField(), f" {receipt[:4]}-{receipt[4:]} ") == receipt
    assert _clean(ResidentIdField(), "11010519491231002x") == "11010519491231002X"
    assert _clean(CreditCodeField(), "91110000600037341l".upper()) == "91110000600037341L"


def test_an_optional_number_may_be_left_empty() -> None:
    assert _clean(CreditCodeField(required=False), "  ") == ""


def test_a_form_is_drawn_with_its_own_sending_number_each_time() -> None:
    first, second = str(Sample()["idempotency_key"]), str(Sample()["idempotency_key"])
    assert 'type="hidden"' in first
    assert first != second


def test_a_form_shown_again_keeps_its_sending_number() -> None:
    form = Sample({**GOOD, "text": ""})
    assert not form.is_valid()
    assert KEY in str(form["idempotency_key"])


@pytest.mark.parametrize("key", ["", "short", "with space in the key", "<script>alert(1)</script>"])
def test_a_lost_sending_number_is_told_above_the_form(key: str) -> None:
    form = Sample({**GOOD, "idempotency_key": key})
    assert not form.is_valid()
    assert len(form.errors["idempotency_key"]) == 1
    assert 'class="summary"' in str(form)
    assert str(form.errors["idempotency_key"][0]) in str(form)


def test_a_field_ties_its_hint_and_its_error_to_the_input() -> None:
    form = Sample({**GOOD, "text": ""})
    form.is_valid()
    drawn = form["text"].as_field_group()
    assert 'aria-describedby="id_text_helptext id_text_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_text_helptext"' in drawn
    assert 'id="id_text_error"' in drawn


def test_a_choice_is_a_group_with_a_legend() -> None:
    drawn = Sample()["way"].as_field_group()
    assert drawn.count("<fieldset") == 1
    assert "<legend>Way" in drawn


def test_the_summary_links_to_each_wrong_field() -> None:
    form = Sample({"idempotency_key": KEY, "text": "", "mobile": "1"})
    form.is_valid()
    drawn = str(form)
    for name in ("id_text", "id_mobile", "id_way_0"):
        assert f'href="#{name}"' in drawn
        assert f'id="{name}"' in drawn


def test_a_refusal_of_the_service_stands_at_its_field_or_above() -> None:
    class BadText(BadInput):
        field = "text"

    form = Sample(GOOD)
    assert form.is_valid()
    form.refuse(BadText())
    form.refuse(WrongState())
    assert form.errors["text"] == [str(BadText())]
    assert form.non_field_errors() == [str(WrongState())]


def test_a_hint_is_escaped() -> None:
    class Hinted(PlainForm):
        text = TidyCharField(help_text="<script>")

    assert "&lt;script&gt;" in Hinted()["text"].as_field_group()


class Files(PlainForm):
    files = FilesField(label="Files", required=False)


def _files(*sizes: int) -> Files:
    given = [SimpleUploadedFile(f"{n}.txt", b"x" * size) for n, size in enumerate(sizes)]
    return Files({}, MultiValueDict({"files": given}))


def test_several_files_come_as_a_list() -> None:
    form = _files(3, 5)
    assert form.is_valid()
    assert [one.size for one in form.cleaned_data["files"]] == [3, 5]


def test_no_files_are_an_empty_list() -> None:
    form = _files()
    assert form.is_valid()
    assert form.cleaned_data["files"] == []


def test_what_a_service_refuses_stands_in_its_form_and_what_it_made_comes_back() -> None:
    def refuse() -> None:
        raise WrongState

    form = Sample(GOOD)
    assert attempt(form, lambda: "made") == "made"
    assert (form.errors, status_of(form), status_of(None)) == ({}, 200, 200)
    assert attempt(form, refuse) is None
    assert form.non_field_errors() == [str(WrongState())]
    assert status_of(form) == 422


def test_a_required_file_must_be_chosen() -> None:
    with pytest.raises(forms.ValidationError):
        FilesField().clean([])


def test_a_file_past_the_cap_or_empty_or_one_too_many_is_refused(settings) -> None:
    settings.ZHIJIA_FILE_CAP = 2 * 1024 * 1024
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    field = Files().fields["files"]
    for sizes, code in (((2 * 1024 * 1024 + 1,), "too_large"), ((0,), "empty"), ((1, 1, 1), "too_many")):
        with pytest.raises(forms.ValidationError) as refused:
            field.clean(_files(*sizes).files.getlist("files"))
        assert refused.value.code == code


def test_a_file_field_tells_the_page_its_cap_and_its_words() -> None:
    drawn = str(Files()["files"])
    assert "multiple" in drawn
    assert f'data-max-bytes="{20 * 1024 * 1024}"' in drawn
    assert "data-record" not in drawn
    assert "data-text-record" in str(FilesField(record=True).widget.render("f", None))


def test_dates_keep_what_was_typed() -> None:
    class Dated(PlainForm):
        on = forms.DateField()

    assert 'value="31.2.2026"' in str(Dated({"on": "31.2.2026"})["on"])
    assert Dated({"on": "2026-02-28"}).fields["on"].clean("2026-02-28") == dt.date(2026, 2, 28)
