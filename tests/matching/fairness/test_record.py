"""Policies as records: what may be asked for, who signs, and when one may run."""

from datetime import date, timedelta
from typing import Any

import pytest

from foundation.record import check
from matching.fairness.policy import POLICIES
from matching.fairness.record import (
    PROTECTED,
    Attribute,
    PolicyError,
    PolicyRecord,
    Tier,
    require_in_force,
)
from matching.policies.service import STANDING

TODAY = date(2026, 11, 22)


def record(**parts: object) -> PolicyRecord:
    values: dict[str, object] = {
        "name": "local",
        "kind": "floor",
        "groups": ["need_band"],
        "owner": "Governor",
        "aim": "Keep people who find work harder to get in view.",
        "evidence": "Audit of March.",
    }
    return PolicyRecord.model_validate(values | parts)


def refusal(**parts: object) -> str:
    faults = check(
        PolicyRecord,
        {
            "name": "x",
            "kind": "floor",
            "groups": ["need_band"],
            "owner": "o",
            "aim": "a",
            "evidence": "e",
        }
        | parts,
    )
    assert isinstance(faults, list)
    return "; ".join(f"{fault.column}: {fault.allowed}" for fault in faults)


@pytest.mark.parametrize("name", PROTECTED)
def test_a_group_by_protected_characteristic_is_refused_with_the_reason(name: str) -> None:
    for written in (name, name.upper(), name.replace("_", " ")):
        said = refusal(groups=[written])
        assert "is a protected characteristic" in said
        assert "Data Protection Act 2018, Schedule 1, paragraph 8(3)" in said
        assert "Equality Act 2010, section 159" in said


def test_so_is_a_target_on_one() -> None:
    assert "protected characteristic" in refusal(targets={"ethnicity": {"WHITE": 0.5}})


def test_an_offence_is_no_group_either() -> None:
    assert "a fact for the rules of eligibility" in refusal(groups=["offence"])


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"kind": "quota"}, "use one of: none, floor"),
        ({"groups": []}, "floor needs one group"),
        ({"groups": ["need_band", "prison"]}, "floor needs one group"),
        ({"targets": {"prison": {"MDI": "0.5"}}}, "targets for each of the groups"),
        ({"targets": {"need_band": {"HIGHER": "0.7", "LOWER": "0.4"}}}, "come to more than 1"),
        ({"targets": {"need_band": {"HIGHER": "much"}}}, "proportions from 0 to 1"),
        ({"alpha": 1}, "less than 1"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-01"}, "must not be before"),
        ({"kind": "additive"}, "added places need a signature: use tier T1"),
        ({"name": "Two words"}, "pattern"),
        ({"owner": ""}, "at least 1 character"),
    ],
)
def test_a_record_that_does_not_make_sense_is_refused(parts: dict[str, Any], said: str) -> None:
    assert said in refusal(**parts)


class TestInForce:
    """Who may let a policy run, and until when."""

    def test_tier_0_runs_by_default(self) -> None:
        require_in_force(record(), TODAY)

    def test_tier_1_does_not_run_unsigned(self) -> None:
        with pytest.raises(PolicyError, match="local@1 is of tier T1 and is not signed"):
            require_in_force(record(tier="T1"), TODAY)
        with pytest.raises(PolicyError, match="is not signed"):
            require_in_force(record(tier="T1", approved_by="A. Governor"), TODAY)

    def test_tier_1_runs_signed_until_its_last_day(self) -> None:
        signed = record(tier="T1", approved_by="A. Governor", valid_until=TODAY)
        require_in_force(signed, TODAY)
        with pytest.raises(PolicyError, match="ended on 2026-11-22"):
            require_in_force(signed, TODAY + timedelta(days=1))

    def test_none_runs_before_its_first_day(self) -> None:
        with pytest.raises(PolicyError, match="in force from 2026-12-01 only"):
            require_in_force(record(valid_from="2026-12-01"), TODAY)

    def test_tier_2_is_for_a_person_only(self) -> None:
        with pytest.raises(PolicyError, match="only a person may apply it"):
            require_in_force(record(tier="T2", approved_by="A", valid_until=TODAY), TODAY)


def test_there_is_a_standing_policy_of_each_kind_and_only_one_of_them_needs_a_signature() -> None:
    assert [policy.kind.value for policy in STANDING] == list(POLICIES)
    assert [policy.name for policy in STANDING if policy.tier is not Tier.T0] == ["additive"]
    grouped = {group for policy in STANDING for group in policy.groups}
    assert grouped <= set(Attribute)
