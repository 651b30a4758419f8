import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import Bank
from tests.scheduler.cohort import Cohort


@pytest.fixture
def cohort(engine: AsyncEngine, bank: Bank) -> Cohort:
    return Cohort(engine, bank)
