"""Section B: the member and the plan."""

from casework.answers import Answers
from casework.fields.field import YES_NO, Field, Kind, always

SEXES = (("female", "Female"), ("male", "Male"), ("other", "Other / not stated"))
RELATIONSHIPS = (("self", "Self"), ("spouse", "Spouse"), ("child", "Child"), ("other", "Other"))
ACCIDENTS = (("no", "No"), ("auto", "Auto accident"), ("work", "At work"), ("other", "Other accident"))


def is_dependent(answers: Answers) -> bool:
    return answers.text("relationship") not in ("", "self")


FIELDS: tuple[Field, ...] = (
    Field("member_id", "Member ID", required=always, most=40, width=4,
          ask="Enter the member ID from the member's card.", hint="As printed on the card."),
    Field("last_name", "Last name", Kind.NAME, required=always, most=80, width=4,
          ask="Enter the member's last name."),
    Field("first_name", "First name", Kind.NAME, required=always, most=80, width=4,
          ask="Enter the member's first name."),
    Field("birth_date", "Date of birth", Kind.DATE, required=always, most=20, width=3,
          ask="Enter the member's date of birth, for example 03/14/1958."),
    Field("sex", "Sex", Kind.CHOICE, required=always, choices=SEXES, width=2, ask="Choose the member's sex."),
    Field("relationship", "Relationship to subscriber", Kind.CHOICE, required=always, choices=RELATIONSHIPS, width=4,
          decides=True, ask="Choose how the member is related to the subscriber."),
    Field("subscriber_name", "Subscriber name", Kind.NAME, required=always, when=is_dependent, width=3,
          ask="Enter the name of the subscriber, as the member is not the subscriber."),
    Field("group_number", "Group number", required=always, most=40, width=3,
          ask="Enter the group number from the member's card."),
    Field("group_name", "Employer/group name", width=5),
    Field("plan_administrator", "Plan administrator or health fund", required=always, width=7,
          ask="Enter the plan administrator or health fund named on the member's card.",
          hint="The administrator (TPA) or fund named on the card."),
    Field("member_address", "Member address", most=400, width=5),
    Field("is_secondary", "This plan is secondary", Kind.RADIO, required=always, choices=YES_NO, width=4, decides=True,
          ask="Say whether this plan is secondary to another one.",
          hint="No authorizations for secondary plans."),
    Field("accident", "Accident related", Kind.CHOICE, choices=ACCIDENTS, width=3),
    Field("benefits_verified", "Benefits and eligibility verified with the plan administrator or fund",
          Kind.TICK, required=always, width=12,
          ask="Verify benefits and eligibility with the plan administrator or health fund first, then tick this.",
          hint="CMSI reviews medical necessity only; benefits and eligibility are for the provider to verify."),
)
