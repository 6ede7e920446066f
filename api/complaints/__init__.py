"""Complaints: what a company owes a customer who complains formally, by which rule, and by when."""

from api.complaints.country import Country, DutyKind, Unit, load_country
from api.complaints.records import (
    Complaint,
    ComplaintEvent,
    ComplaintEventName,
    ComplaintFigures,
    ComplaintHistory,
    ComplaintListing,
    ComplaintNotice,
    ComplaintState,
    NewComplaint,
    NewComplaintEvent,
)
from api.complaints.register import ComplaintRegister

__all__ = [
    "Complaint",
    "ComplaintEvent",
    "ComplaintEventName",
    "ComplaintFigures",
    "ComplaintHistory",
    "ComplaintListing",
    "ComplaintNotice",
    "ComplaintRegister",
    "ComplaintState",
    "Country",
    "DutyKind",
    "NewComplaint",
    "NewComplaintEvent",
    "Unit",
    "load_country",
]
