"""What people read for the codes the program uses. One place, so that one thing has one name."""

from ..i18n import _

__all__ = [
    "ACTIONS",
    "ACTION_DONE",
    "APPLICANT_KINDS",
    "CLOCKS",
    "CONSENTS",
    "DELIVERY_STATES",
    "FOLLOW_STATES",
    "FOLLOW_STEPS",
    "FOLLOW_WITHDRAWN",
    "HISTORY",
    "KINDS",
    "OUTCOMES",
    "PHOTO_PROBLEMS",
    "PROBLEMS",
    "PURPOSES",
    "QUEUES",
    "RATINGS",
    "ROLES",
    "STATUSES",
    "SUSPICIONS",
    "TOLD",
    "WAITS_FOR_CHECK",
]

APPLICANT_KINDS = {
    "PERSON": _("A person"),
    "LEGAL_PERSON": _("A company, an association or an institution"),
    "FOREIGNER": _("A foreigner who lives here or visits"),
}

CONSENTS = {
    "survey": _("You may ask me afterwards whether I was satisfied."),
    "photo": _("You may publish my photos, without my name."),
}

SUSPICIONS = {
    "hidden_field": _("a field was filled in that no person sees"),
    "no_time": _("it was sent without the form having been opened"),
    "too_fast": _("it was sent faster than anybody can write"),
}

KINDS = {
    "SERVICE_REQUEST": _("Request"),
    "COMPLAINT": _("Complaint"),
    "SUGGESTION": _("Suggestion"),
    "TIP_OFF": _("Tip-off"),
    "QUESTION": _("Question"),
    "PRAISE": _("Thanks"),
}

STATUSES = {
    "NEW": _("New"),
    "ASSIGNED": _("With the directorate"),
    "IN_PROGRESS": _("In progress"),
    "WAITING_FOR_APPLICANT": _("Waiting for the applicant"),
    "WAITING_FOR_BODY": _("With another body"),
    "PLANNED": _("Planned"),
    "DONE": _("Done"),
    "CLOSED": _("Closed"),
    "REOPEN_REQUESTED": _("Reopening requested"),
}

OUTCOMES = {
    "SOLVED": _("Solved"),
    "INFORMED": _("Information given"),
    "DECLINED": _("Declined with reason"),
    "REFERRED": _("Forwarded to the competent body"),
    "DUPLICATE": _("Duplicate"),
    "WITHDRAWN": _("Withdrawn by the applicant"),
    "MEANINGLESS": _("Without meaning"),
    "NOT_EXAMINED_6A": _("Not examined: no definite subject (3071, 6/a)"),
    "NOT_EXAMINED_6B": _("Not examined: a matter for the courts (3071, 6/b)"),
    "NOT_EXAMINED_6C": _("Not examined: conditions of art. 4 not met (3071, 6/c)"),
}

ACTIONS = {
    "assign": _("Assign"),
    "take": _("Take it on"),
    "send_back": _("Send back"),
    "note": _("Note"),
    "ask": _("Ask the applicant"),
    "resume": _("Go on with it"),
    "reply": _("Reply"),
    "plan": _("Plan"),
    "refer": _("Forward to a body"),
    "finish": _("Finish"),
    "accept": _("Accept"),
    "give_back": _("Give back"),
    "close": _("Close"),
    "reopen": _("Reopen"),
    "refuse_reopening": _("Do not reopen"),
}

ACTION_DONE = {
    "assign": _("Assigned to ${department}."),
    "take": _("It is yours now."),
    "send_back": _("Sent back to the centre."),
    "note": _("The note is kept."),
    "ask": _("The question is written down."),
    "resume": _("It goes on."),
    "reply": _("The answer is written down."),
    "plan": _("Planned."),
    "refer": _("Forwarded to the competent body."),
    "finish": _("Finished."),
    "accept": _("Accepted."),
    "give_back": _("Given back to the directorate."),
    "close": _("Closed."),
    "reopen": _("Reopened."),
    "refuse_reopening": _("It stays closed."),
}

TOLD = {
    "PENDING": _("The applicant is told by ${method}."),
    "TO_BE_TOLD": _("The applicant left only a telephone: please call and say it."),
    "STANDING": _("The applicant reads it on the follow page."),
}
WAITS_FOR_CHECK = _("The centre has to accept it before the answer goes out.")

QUEUES = {
    "mine": _("My work"),
    "directorate": _("My directorate"),
    "unrouted": _("Unrouted"),
    "waiting": _("Waiting for an answer"),
    "check": _("To be checked"),
    "overdue": _("Overdue"),
    "open": _("All open"),
    "suspected": _("Suspected"),
    "finished": _("Finished"),
}

ROLES = {
    "agent": _("Call and desk agent"),
    "clerk": _("Directorate clerk"),
    "director": _("Director"),
    "deputy_mayor": _("Deputy mayor"),
    "supervisor": _("Centre supervisor"),
    "field_crew": _("Field crew"),
    "auditor": _("Auditor"),
    "administrator": _("System administrator"),
}

CLOCKS = {"PROMISE": _("Promised answer"), "SOLVE": _("Solution")}

PURPOSES = {
    "RECEIPT": _("Receipt"),
    "ANSWER": _("Answer"),
    "QUESTION": _("Question"),
    "CODE": _("One-time code"),
    "CONTACT_CHANGED": _("Notice of changed contact details"),
}

RATINGS = {
    "5": _("Very content"),
    "4": _("Content"),
    "3": _("So-so"),
    "2": _("Not content"),
    "1": _("Not content at all"),
}

PHOTO_PROBLEMS = {
    "unreadable": _("it is damaged, or no photo"),
    "too_large": _("it is too large"),
    "killed": _("the program that reads it ended unexpectedly"),
    "timeout": _("reading it took too long"),
}

DELIVERY_STATES = {
    "PENDING": (_("on its way"), "soon"),
    "DELIVERED": (_("delivered"), "ok"),
    "UNDELIVERABLE": (_("could not be delivered"), "late"),
    "TO_BE_TOLD": (_("to be told by telephone"), "soon"),
    "STANDING": (_("stands on the follow page"), "ok"),
}

HISTORY = {
    "recorded": _("registered the application"),
    "consent_withdrawn": _("took a permission back"),
    "trusted": _("said that a person wrote it"),
    "assign": _("assigned it to ${department}"),
    "take": _("took it on"),
    "send_back": _("sent it back to the centre"),
    "note": _("wrote a note"),
    "ask": _("asked the applicant"),
    "resume": _("went on with it"),
    "reply": _("answered"),
    "plan": _("planned it for ${planned_for}"),
    "refer": _("forwarded it to ${body}"),
    "finish": _("finished it: ${outcome}"),
    "accept": _("accepted the outcome"),
    "give_back": _("gave it back"),
    "close": _("closed it"),
    "reopen": _("reopened it"),
    "refuse_reopening": _("decided not to reopen it"),
    "request_reopening": _("asked to reopen it"),
    "applicant_message": _("wrote a message"),
    "withdraw": _("withdrew the application"),
    "change_contact": _("changed the contact details"),
    "rate": _("rated it: ${rating}"),
}

FOLLOW_STEPS = {
    "recorded": _("You applied"),
    "consent_withdrawn": _("You took a permission back"),
    "assign": _("It went to ${department}"),
    "take": _("Somebody took it on"),
    "ask": _("We asked you something"),
    "reply": _("We answered"),
    "plan": _("We planned it for ${planned_for}"),
    "refer": _("We forwarded it to ${body}"),
    "finish": _("It was finished: ${outcome}"),
    "accept": _("It was finished: ${outcome}"),
    "close": _("It was closed"),
    "reopen": _("It was reopened"),
    "refuse_reopening": _("We looked at it again and it stays closed"),
    "request_reopening": _("You asked us to reopen it"),
    "applicant_message": _("You wrote to us"),
    "withdraw": _("You withdrew your application"),
    "change_contact": _("You changed how we reach you"),
    "rate": _("You told us how content you are: ${rating}"),
}

FOLLOW_STATES = {
    "NEW": (_("We have your application"), _("We are choosing the directorate that will look at it."), "info"),
    "ASSIGNED": (_("Your application is with the right people"), _("They will take it on soon."), "info"),
    "IN_PROGRESS": (_("Your application is being worked on"), "", "info"),
    "WAITING_FOR_APPLICANT": (_("We need something from you"), _("As soon as you answer, we go on."), "soon"),
    "WAITING_FOR_BODY": (
        _("Your application is with the competent body"),
        _("It lies with another institution; we have forwarded it."),
        "info",
    ),
    "PLANNED": (_("Your application has been planned"), "", "info"),
    "DONE": (_("Your application has been answered"), "", "ok"),
    "CLOSED": (_("Your application is closed"), "", "ok"),
    "REOPEN_REQUESTED": (_("You asked us to look at it again"), _("A person is reading your reason."), "info"),
}
FOLLOW_WITHDRAWN = (_("You withdrew your application"), _("Nothing more happens with it."), "info")
FOLLOW_CHECKING = (_("Your application is being worked on"), _("The work is done and is being checked."), "info")

PROBLEMS = {
    "required": _("This is needed."),
    "too_long": _("This is too long."),
    "unknown": _("Please choose from the list."),
    "phone": _("This is not a telephone number we can call. Write it like 0532 123 45 67."),
    "email": _("This is not an e-mail address. Write it like name@example.com."),
    "photo_type": _("Only photos can be added (JPEG, PNG or WebP)."),
    "photo_size": _("A photo may have at most 10 MB."),
    "photo_type_or_heic": _("Only photos can be added (JPEG, PNG, WebP or HEIC)."),
    "photo_pixels": _("This picture is larger than any camera's (more than 70 megapixels)."),
    "photo_count": _("You can add at most five photos."),
    "photo_count_answer": _("You can add at most three photos to an answer."),
    "photo_count_ticket": _("This application has as many photos as it can hold."),
    "nothing_changed": _("Please write a new telephone number or a new e-mail address."),
    "code_not_sendable": _("We cannot send a code there."),
    "code_wrong": _("This code is not right, or its time is over. Check it, or ask for a new one."),
    "already_rated": _("You have told us that already. Thank you."),
    "photo_not_kept": _("The photo could not be kept. Please add it once more."),
    "number": _("Please write a number, such as 3."),
    "date": _("Please choose a day."),
    "plate": _("This is not a number plate. Write it like 35 ABC 123."),
    "contact_needed": _("For this we need your telephone or e-mail, so that we can reach you."),
    "not_in_future": _("The day has to be in the future."),
    "petitions_only": _("Only a petition under law 3071 can end this way."),
    "out_of_reach": _("You can only assign to your own directorate."),
    "not_in_department": _("This person does not work in that directorate."),
    "placeholder": _("There is still something in [brackets] to fill in."),
    "not_sendable": _("This message cannot be sent by the program."),
    "already_told": _("This has been told already."),
    "title_needed": _("Please write the title of the company or institution."),
}
