"""Who and which mobile number already stood in the file, and in which row."""

from zhijia.membership.enums import IdStanding
from zhijia.membership.roster.draft import Draft


class Once:
    """Remembers every person of one file. Numbers are kept as numbers: a city has many."""

    def __init__(self) -> None:
        self.ids: dict[int | str, int] = {}
        self.phones: dict[int, int] = {}
        self.people: dict[tuple[str, str], int] = {}

    def is_first(self, row: int, id_number: str, phone: str) -> bool:
        """Say whether neither number stood in an earlier row."""
        key = int(id_number) if id_number.isdecimal() else id_number
        return self.ids.setdefault(key, row) == row and (
            not phone or self.phones.setdefault(int(phone), row) == row
        )

    def see_phone(self, draft: Draft) -> None:
        """Warn of a mobile number that somebody else has."""
        first = self.phones.setdefault(int(draft.phone), draft.row)
        if first != draft.row:
            draft.find("mobile-shared", "phone", "", str(first))

    def see_person(self, draft: Draft) -> None:
        """Name a person who stands in the file twice."""
        if draft.standing == IdStanding.PLAUSIBLE.value:
            digits = draft.id_number
            first = self.ids.setdefault(int(digits) if digits.isdecimal() else digits, draft.row)
            if first != draft.row:
                draft.find("twice", "id_number", "", str(first))
            return
        first = self.people.setdefault((draft.name, draft.phone), draft.row)
        if first != draft.row and draft.phone:
            draft.find("twice-person", "name", "", str(first))
