"""What follows from what. The causes and effects of the whole clinic, on one page."""

from care import (
    before_visits,
    check_windows,
    checks,
    events,
    halts,
    holds,
    ladder,
    patients,
    plans,
    questionnaires,
    rota,
    seen,
    silence,
    triage,
    trips,
    urgency,
    zones,
)
from care.appointments import notices, offers, visits, waiting
from care.broadcasts import results, steering
from care.heart.turn import Reaction
from care.lessons import courses, cues
from care.medicines import concerns, planning, prompts

REACTIONS: dict[type, tuple[Reaction, ...]] = {
    events.AnswerSaved: (zones.judge, questionnaires.judge_item, plans.ask_at),
    events.ConversationOpened: (check_windows.begun,),
    events.ConversationEnded: (
        check_windows.ended, questionnaires.score, silence.heard_again, checks.offer_the_rest, cues.offer,
        before_visits.answered),
    events.RulesMet: (cues.note,),
    events.CarePlanBegun: (courses.begin_with_plan,),
    events.CarePlanChanged: (courses.move_with_plan,),
    events.CarePlanEnded: (courses.end_with_plan,),
    events.ConsentWithdrawn: (holds.leaves, plans.hush, check_windows.hold, courses.end_without_consent),
    events.SituationBegan: (check_windows.hold_for, planning.replan_all, courses.end_for, trips.ask_traveller,
                            visits.stopped_for, waiting.stopped_for),
    events.SituationEnded: (trips.forget_home, planning.replan_all),
    events.SituationUndone: (trips.forget_home, planning.replan_all, visits.undone),
    events.MessagesPaused: (check_windows.hold,),
    events.RemindersStopped: (check_windows.hold,),
    events.MessagesResumed: (plans.go_on,),
    events.LanguageChosen: (questionnaires.put_aside,),
    events.RedFlagRaised: (triage.judge_red_flag,),
    events.OffTheMeter: (triage.judge_off_the_meter,),
    events.MessageHeard: (triage.judge_message, results.answered),
    events.PersonWanted: (triage.judge_person_wanted,),
    events.UpdateQuarantined: (triage.judge_unheard,),
    events.ChatUnreachable: (triage.judge_lost_touch, patients.lost_touch),
    events.MessageHeldBack: (
        triage.judge_held_back, prompts.held_back, courses.held_back, notices.held_back, steering.held_back, halts.blown),
    events.InvitationLocked: (triage.judge_locked_invitation,),
    events.ChatLinked: (triage.judge_new_chat,),
    events.EscalationOpened: (ladder.at_once,),
    events.EscalationJoined: (ladder.at_once,),
    events.EscalationHandedOver: (ladder.at_once,),
    events.EscalationAcknowledged: (seen.tell,),
    events.UrgencyUnclear: (urgency.ask,),
    events.ReplyWritten: (holds.lasts_on,),
    events.StaffDeactivated: (rota.leave_staff,),
    events.PatientLeft: (holds.leaves, triage.judge_leaving, planning.replan_all),
    events.ConsentGiven: (plans.begin, planning.replan_all, courses.begin_for_everybody),
    events.ZoneChanged: (plans.reckon, planning.replan_all),
    events.DoseEnded: (planning.plan_next, concerns.judge_dose),
    events.PatientErased: (visits.forgotten,),
    events.AppointmentRequested: (visits.requested,),
    events.AppointmentBooked: (waiting.has_booked,),
    events.AppointmentMissed: (visits.follow_up,),
    events.VisitBriefDue: (before_visits.file,),
    events.SlotFreed: (offers.freed,),
}
