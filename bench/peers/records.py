"""How a durable peer keeps its conversation: SQLAlchemy's async ORM on aiosqlite, every commit on disk."""

from conversation import QUESTIONS, arguments
from sqlalchemy import ForeignKey, event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine(f"sqlite+aiosqlite:///{arguments().database}")
session = async_sessionmaker(engine, expire_on_commit=False)


@event.listens_for(engine.sync_engine, "connect")
def opened(connection, _):
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
        connection.execute(f"PRAGMA {pragma}").close()


class Base(DeclarativeBase):
    pass


class Patient(Base):
    __tablename__ = "patients"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(unique=True)
    asked: Mapped[int | None]


class Answer(Base):
    __tablename__ = "answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    question: Mapped[int]
    value: Mapped[int]


async def set_up() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


async def begin(chat_id: int) -> None:
    async with session() as db, db.begin():
        patient = await find(db, chat_id)
        if patient is None:
            patient = Patient(chat_id=chat_id)
            db.add(patient)
        patient.asked = 1


async def keep(chat_id: int, number: int, value: int) -> bool:
    """Keep an answer; False if it is not the answer to the question asked."""
    async with session() as db, db.begin():
        patient = await find(db, chat_id)
        if patient is None or patient.asked != number:
            return False
        db.add(Answer(patient_id=patient.id, question=number, value=value))
        patient.asked = number + 1 if number < QUESTIONS else None
        return True


async def find(db: AsyncSession, chat_id: int) -> Patient | None:
    return await db.scalar(select(Patient).where(Patient.chat_id == chat_id))
