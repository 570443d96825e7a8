"""Files to domain and plan, and back: folder of CSV and TOML, zip, JSON."""

from optimizer.files.certificate_json import (
    certificate_beside,
    certificate_from_json,
    certificate_to_json,
    read_certificate,
    write_certificate,
)
from optimizer.files.judge import judge
from optimizer.files.plan_json import plan_from_json, plan_to_json, read_plan, write_plan
from optimizer.files.read import check_instance, read_instance
from optimizer.files.resolved_json import read_resolved, write_resolved
from optimizer.files.schema import json_schema
from optimizer.files.timetable import read_timetable
from optimizer.files.write import instance_document, instance_files, instance_json, write_instance

__all__ = [
    "certificate_beside",
    "certificate_from_json",
    "certificate_to_json",
    "check_instance",
    "instance_document",
    "instance_files",
    "instance_json",
    "json_schema",
    "judge",
    "plan_from_json",
    "plan_to_json",
    "read_certificate",
    "read_instance",
    "read_plan",
    "read_resolved",
    "read_timetable",
    "write_certificate",
    "write_instance",
    "write_plan",
    "write_resolved",
]
