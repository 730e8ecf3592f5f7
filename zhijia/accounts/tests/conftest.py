"""What the tests of accounts share."""

import re

import pytest

from zhijia.accounts.tests import factories


@pytest.fixture(autouse=True)
def _codes_are_kept(settings):
    settings.ZHIJIA_CODE_SENDER = "zhijia.accounts.tests.factories.keep_code"
    factories.SENT.clear()


@pytest.fixture
def last_code():
    """``last_code(phone)``: the six digits that were sent last to a number in E.164 form."""

    def find(phone: str) -> str:
        text = next(text for to, text in reversed(factories.SENT) if to == phone)
        found = re.search(r"\d{6}", text)
        assert found, text
        return found[0]

    return find
