"""What follows from what. The causes and effects of the whole clinic, on one page."""

from care import events, patients, questionnaires, triage, zones
from care.heart.turn import Reaction
from care.medicines import planning

REACTIONS: dict[type, tuple[Reaction, ...]] = {
    events.AnswerSaved: (zones.judge, questionnaires.judge_item),
    events.ConversationEnded: (questionnaires.score,),
    events.LanguageChosen: (questionnaires.put_aside,),
    events.RedFlagRaised: (triage.judge_red_flag,),
    events.OffTheMeter: (triage.judge_off_the_meter,),
    events.MessageHeard: (triage.judge_message,),
    events.PersonWanted: (triage.judge_person_wanted,),
    events.UpdateQuarantined: (triage.judge_unheard,),
    events.ChatUnreachable: (triage.judge_lost_touch, patients.lost_touch),
    events.MessageHeldBack: (triage.judge_held_back,),
    events.InvitationLocked: (triage.judge_locked_invitation,),
    events.ChatLinked: (triage.judge_new_chat,),
    events.PatientLeft: (triage.judge_leaving, planning.replan_all),
    events.ConsentGiven: (planning.replan_all,),
    events.ZoneChanged: (planning.replan_all,),
    events.DoseEnded: (planning.plan_next,),
}
