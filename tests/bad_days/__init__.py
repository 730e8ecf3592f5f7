"""Bad input and bad days: each has a test that can fail, through the real page, API or process.

| What happens | Where it is shown |
| --- | --- |
| Empty, 20 000 characters, emoji, right to left, scripts | ``zhijia/appeals/tests/test_worker_form.py`` |
| A phone number with spaces and full-width digits | ``zhijia/appeals/tests/test_worker_form.py`` |
| A file that lies about its type | ``zhijia/appeals/tests/test_worker_form.py`` |
| A category removed while in use; an employer nobody knows | ``zhijia/appeals/tests/test_worker_form.py`` |
| A 500 MB upload to a running server | ``test_huge_upload.py`` |
| Two officers take one case; the worker judges twice; one key from many | ``test_same_moment*.py`` |
| The clock is set back or forward, summer time | ``test_clock_changes.py`` |
| The process is killed at any statement, around commit and answer | ``test_killed.py`` with ``faults/`` |
| The disk is full: database, whole disk, attachments | ``test_full_disk.py`` |
| Any step by anybody in any order | ``test_any_order.py`` |
| Random requests to every operation of the API; characters nobody can keep | ``test_api_contract.py`` |

Those marked ``postgres_only`` need PostgreSQL's row locks and real threads; those that start a real
installation are ``sqlite_only``.
"""
