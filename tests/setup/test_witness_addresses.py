"""Who is shown the audit's heads stands in the settings; an address of another kind stops the start."""

import pytest

from zhijia.config.settings import _witnesses


@pytest.mark.parametrize(
    "address", ["heads.jws", "http://a.example/x", "ftp://a/b", "file://host/x", "mailto:", "https://"]
)
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="ZHIJIA_WITNESSES"):
        _witnesses([address])


def test_files_mailboxes_and_servers_with_a_certificate_are_taken() -> None:
    sound = ["file:///mnt/a.jws", "mailto:a@example.org", "https://a.example/audit/witness"]
    assert _witnesses(sound) == sound
