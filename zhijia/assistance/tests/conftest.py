"""Spark, where it is installed."""

import pytest


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """Return a local Spark and an Ibis backend over it."""
    import ibis

    from zhijia.assistance.screening.engines import spark_session

    session = spark_session(tmp_path_factory.mktemp("spark"))
    yield session, ibis.pyspark.connect(session)
    session.stop()
