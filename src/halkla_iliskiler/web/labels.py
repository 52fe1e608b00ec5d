"""What people read for the codes the program uses. One place, so that one thing has one name."""

from ..i18n import _

__all__ = [
    "ACTIONS",
    "ACTION_DONE",
    "APPLICANT_KINDS",
    "BREAK_CAUSES",
    "CHANNEL_LAWS",
    "CLOCKS",
    "CONSENTS",
    "CONTACT_LOGGED",
    "CONTACT_OUTCOMES",
    "DELIVERY_STATES",
    "EVENTS",
    "EXPORTED",
    "FOLLOW_STATES",
    "FOLLOW_STEPS",
    "FOLLOW_WITHDRAWN",
    "HISTORY",
    "KINDS",
    "MISSING",
    "OUTCOMES",
    "PHOTO_PROBLEMS",
    "PROBLEMS",
    "PURPOSES",
    "QUEUES",
    "RATINGS",
    "READS",
    "REGIMES",
    "ROLES",
    "SEARCHED_BY",
    "SENSITIVE_TOO",
    "STAFF_PROBLEMS",
    "STATUSES",
    "SUSPICIONS",
    "TOLD",
    "UNDO_REFUSED",
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

REGIMES = {
    "SERVICE": _("Service request"),
    "PETITION_3071": _("Petition (law 3071)"),
    "INFORMATION_4982": _("Right to information (law 4982)"),
    "DATA_SUBJECT_6698": _("Personal data (law 6698)"),
    "OMBUDSMAN_6328": _("Ombudsman (law 6328)"),
    "COURT": _("Court or prosecutor"),
}

CHANNEL_LAWS = {
    "PETITION_3071": _(
        "A petition carries name, address and signature (law ${law}, art. ${article}). Record it without them, too: "
        "what is missing is asked for."
    ),
}
"""What the law asks of what comes by a channel, said beside its fields."""

MISSING = {
    "name": _("name and surname"),
    "address": _("home or business address"),
    "signature": _("signature"),
    "contact": _("a telephone number or an e-mail address"),
}

CONTACT_OUTCOMES = {
    "ANSWERED": _("Answered at once"),
    "OTHER_BODY": _("Another body's matter"),
    "INFORMED_US": _("For our information"),
    "WRONG_NUMBER": _("Wrong number"),
    "SILENT": _("Silent call"),
}
CONTACT_LOGGED = {
    "ANSWERED": _("Noted: answered at once."),
    "OTHER_BODY": _("Noted: another body's matter."),
    "INFORMED_US": _("Noted for our information."),
    "WRONG_NUMBER": _("Noted: wrong number."),
    "SILENT": _("Noted: silent call."),
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
    "duplicate": _("Same as another"),
    "not_duplicate": _("Not a duplicate"),
    "split": _("Split"),
    "consult": _("Ask for an opinion"),
    "opinion": _("Give an opinion"),
    "end_consult": _("Go on without the opinion"),
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
    "duplicate": _("Marked: it is about the same thing."),
    "not_duplicate": _("It is a matter of its own again."),
    "split": _("The second matter is an application of its own now."),
    "consult": _("${department} is asked for its opinion."),
    "opinion": _("Your opinion is with whoever asked."),
    "end_consult": _("The question is withdrawn."),
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
UNDO_REFUSED = {
    "too_late": _("It is too late to take that back: more than a minute has passed."),
    "changed_since": _("That cannot be taken back any more: somebody has done something with it since."),
    "has_left": _("That cannot be taken back any more: the message has left."),
}
WAITS_FOR_CHECK = _("The centre has to accept it before the answer goes out.")

QUEUES = {
    "mine": _("My work"),
    "directorate": _("My directorate"),
    "unrouted": _("Unrouted"),
    "overdue": _("Overdue"),
    "planned": _("Planned for today"),
    "waiting": _("Waiting for an answer"),
    "body": _("With another body"),
    "check": _("To be checked"),
    "reopen": _("Reopening requested"),
    "open": _("All open"),
    "suspected": _("Suspected"),
    "finished": _("Finished"),
    "all": _("All applications"),
}

BREAK_CAUSES = {
    "UNROUTED": _("No directorate had been chosen"),
    "NOT_TAKEN": _("In the directorate, not taken on"),
    "IN_WORK": _("In the directorate, being worked on"),
    "OPINION": _("Waiting for another directorate's opinion"),
    "APPLICANT": _("Waiting for an answer of the applicant"),
    "BODY": _("With another body"),
    "CHECK": _("Finished, waiting for the centre's check"),
    "UNTOLD": _("Answer written, had not reached the applicant"),
    "REOPENING": _("Wish to reopen, not judged"),
}
"""Where an application lay when the time for an answer ran out."""

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

SENSITIVE_TOO = _("with sensitive matters")

READS = {
    "contact_details": _("opened telephone and address"),
    "national_id": _("opened the identity number"),
    "search": _("searched for a person"),
    "printed": _("printed"),
    "exported": _("saved as a file"),
    "log_read": _("read this log"),
}

EXPORTED = {
    "list": _("a list"),
    "people": _("a list with names and ways to reach people"),
    "figures": _("numbers of the day"),
}

SEARCHED_BY = {
    "phone": _("by telephone number"),
    "name": _("by name"),
    "email": _("by e-mail address"),
    "national_id": _("by national identity number"),
}

CLOCKS = {"PROMISE": _("Promised answer"), "SOLVE": _("Solution")}

PURPOSES = {
    "RECEIPT": _("Receipt"),
    "ANSWER": _("Answer"),
    "QUESTION": _("Question"),
    "CODE": _("One-time code"),
    "CONTACT_CHANGED": _("Notice of changed contact details"),
    "MORE": _("Message besides"),
    "DEPARTMENT_NOTICE": _("Notice to a directorate"),
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
    "TOGETHER": (_("goes with another message to the same person"), "soon"),
}

HISTORY = {
    "recorded": _("registered the application"),
    "consent_withdrawn": _("took a permission back"),
    "trusted": _("said that a person wrote it"),
    "shared": _("let ${department} see it"),
    "unshared": _("lets ${department} see it no longer"),
    "assign": _("assigned it to ${department}"),
    "take": _("took it on"),
    "send_back": _("sent it back to the centre"),
    "handed_over": _("gave it to ${department}, which took over the work of the closed directorate"),
    "seen_by_heir": _("let ${department} see it, which took over the work of the closed directorate"),
    "note": _("wrote a note"),
    "ask": _("asked the applicant"),
    "resume": _("went on with it"),
    "reply": _("answered"),
    "plan": _("planned it for ${planned_for}"),
    "refer": _("forwarded it to ${body}"),
    "finish": _("finished it: ${outcome}"),
    "duplicate": _("said that it is about the same thing as ${ticket}"),
    "not_duplicate": _("said that it is another matter than ${ticket}"),
    "linked": _("said that ${ticket} is about the same thing"),
    "unlinked": _("said that ${ticket} is another matter"),
    "split": _("made an application of its own of a part: ${ticket}"),
    "made_of": _("made it of a part of ${ticket}"),
    "consult": _("asked ${department} for its opinion"),
    "opinion": _("gave the opinion of ${department}"),
    "end_consult": _("went on without the opinion of ${department}"),
    "undo": _("took back: ${action}"),
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
    "tagged": _("tagged it “${tag}”"),
    "untagged": _("took the tag “${tag}” away"),
    "told": _("told the applicant"),
    "told_more": _("sent the applicant a message besides"),
    "not_reached": _("called and reached nobody (try ${tries})"),
    "wrong_number": _("marked the telephone number as wrong"),
}

FOLLOW_STEPS = {
    "recorded": _("You applied"),
    "consent_withdrawn": _("You took a permission back"),
    "assign": _("It went to ${department}"),
    "take": _("Somebody took it on"),
    "handed_over": _("It went to ${department}"),
    "ask": _("We asked you something"),
    "reply": _("We answered"),
    "plan": _("We planned it for ${planned_for}"),
    "refer": _("We forwarded it to ${body}"),
    "finish": _("It was finished: ${outcome}"),
    "duplicate": _("Others told us about the same thing; we answer together"),
    "split": _("A part of it is an application of its own now: ${ticket}"),
    "made_of": _("It was made of a part of your application ${ticket}"),
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

STAFF_PROBLEMS = {
    "too_many_rows": _("This is too long for one file. Please narrow the list."),
    "too_many_files": _("You have as many files as you can have. Fetch and delete one of them first."),
    "scan_type": _("Add a scan as PDF, or a photo (JPEG, PNG, WebP)."),
    "unknown_department": _("There is no such directorate."),
    "department_closed": _("That directorate is closed."),
    "department_closes": _(
        "That directorate is to be closed, and nobody takes over from it yet. "
        "Choose its successor first, or another directorate."
    ),
    "target": _("Please write a number of hours or days, at most a year."),
    "asked_before": _("A question that depends on another has to stand behind it, in the same subject."),
    "twice": _("Something stands here twice."),
    "two_options": _("At least two answers are needed to choose from."),
    "as_many": _("As many as in Turkish are needed, or none."),
    "in_use": _("Something that is in use needs it. Change that first."),
    "deciding_question": _("Only a question with answers to choose from can decide whether another is asked."),
    "unknown_answer": _("Please write answers as they stand in that question."),
    "decides_others": _("Another question is asked after an answer to this one. Please change that question first."),
    "answer_needed": _(
        "Another question is asked after an answer that would be gone. Please change that question first."
    ),
    "no_word": _("Every line needs a word."),
    "means_itself": _("The word of the catalogue need not stand among what people also say."),
    "name_taken": _("There is another one of that name."),
    "alias_taken": _("One of these already leads to another neighbourhood."),
    "template_field": _("There is no such field. Those in braces are the ones named beside the text."),
    "above_itself": _("It would stand above itself."),
    "ends_before_it_begins": _("It cannot end before it begins."),
    "succeeds_itself": _("It would take over from itself."),
    "successor_closed": _("That directorate does not exist on the day after."),
    "changed_meanwhile": _("Somebody has changed this while you had it open. Please look at it again."),
    "successor_needed": _("Subjects name this directorate: please choose who takes over."),
    "not_entitled": _("This person does not have the right to sensitive matters."),
    "already_shared": _("That directorate sees this application already."),
    "no_such_ticket": _("There is no such application that you may see."),
    "same_ticket": _("That is this application itself."),
    "has_duplicates": _(
        "Other applications are marked as the same as this one. Mark the other one as the same as this."
    ),
    "asks_itself": _("It lies with that directorate already."),
    "may_not_see": _("This colleague may not see this application."),
    "after_photo_needed": _("This subject needs a photo of how it is now."),
    "away": _("This person is away. If there is a deputy, they are chosen now; whoever you choose again is meant."),
    "call_taken": _("A colleague has this call at the moment."),
    "link": _("This is not the address of a page. It begins with https://."),
    "in_future": _("This day has not come yet."),
    "long_ago": _("This day lies too far back. Please check the year."),
    "too_many_lists": _("You have kept as many lists as one person can. Please forget one first."),
    "list_name_taken": _("You have a list of that name already."),
    "foreign_number_known": _("An application with this number has been recorded already."),
    "username": _("A user name has letters without Turkish marks, digits, dots and dashes, and at most 40 of them."),
    "taken": _("This user name is taken."),
    "password_length": _("A password has at least 12 and at most 128 characters."),
    "password_same": _("Please choose another password than the one before."),
    "password_wrong": _("This is not your password."),
    "password_again": _("The two are not the same. Please write the new password twice."),
    "factor_code": _("This code is not right. Write the one that your telephone shows now."),
    "factor_required": _("Your role requires the second step at log-in."),
    "before_start": _("The last day comes before the first one."),
    "day_over": _("This day is over already."),
    "own_account": _("This cannot be done to one's own account. Please ask another administrator."),
    "last_administrator": _(
        "Then nobody could look after the accounts any more. First somebody else with that role has to have signed in."
    ),
    "file_empty": _("There is nothing in this file."),
    "file_large": _("This file is too large: at most 2,000 lines and 1 MB. Please divide it."),
    "file_no_text": _("This is no text file. Save the sheet as CSV (UTF-8) and choose that file."),
    "line_unreadable": _("From here on the file cannot be read. Is there a quotation mark too many?"),
    "column_missing": _("This column is missing. The first line has to name it."),
    "column_twice": _("This column stands there twice."),
    "line_role": _("There is no such role. Write its name as the list of roles has it."),
    "line_department": _("There is no such directorate. Write its name or its code."),
    "line_no_department": _("This role needs a directorate."),
    "line_yes_no": _("Write yes or no, or nothing."),
    "line_other_name": _("Another line has another name for this user name."),
    "line_other_email": _("Another line has another address for this user name."),
    "line_other_case": _("There is an account of this name in other letters. Write it the same way."),
    "line_two_cases": _("Another line has this user name in other letters. Write it the same way."),
    "grant_twice": _("A role stands here twice for the same directorate."),
    "nothing_selected": _("Tick at least one application in the list first."),
    "too_many_selected": _(
        "That is more than 2,000 applications. Please narrow the list and take one part after the other."
    ),
    "list_too_long": _("This list is narrowed by too much to go on with it. Please narrow it by less, and try again."),
    "bulk_begun": _("That has begun already."),
    "bulk_changed": _("What is asked has changed since this page was shown. Please look at it once more."),
    "nothing_to_do": _("There is no application with which that could be done."),
    "field_unknown": _(
        "Something in braces is no word that can be filled in. These are: {number} {place} {category} {department}"
    ),
    "field_empty": _("It has nothing to say for one of the words in braces."),
    "too_many_tags": _("It has as many tags as one application can have."),
    "finished_already": _("This application is finished. Do they say that it is not solved, or is it for information?"),
}
"""What only a form of the back office can say is wrong."""

PROBLEMS = {
    "required": _("This is needed."),
    "too_long": _("This is too long."),
    "unknown": _("Please choose from the list."),
    "phone": _("This is not a telephone number we can call. Write it like 0532 123 45 67."),
    "national_id": _("This is not an identity number. Please check its eleven digits."),
    "email": _("This is not an e-mail address. Write it like name@example.com."),
    "email_letters": _("An e-mail address has no Turkish letters before the @. Write it like ayse@example.com."),
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
    "not_over": _("This is asked when the application is finished."),
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
    **STAFF_PROBLEMS,
}

EVENTS = {
    "filed": _("filed"),
    "assigned": _("assigned"),
    "taken": _("taken"),
    "sent_back": _("sent back"),
    "question_asked": _("question asked"),
    "resumed": _("resumed"),
    "answered": _("an answer was given"),
    "planned": _("planned"),
    "referred": _("forwarded to another body"),
    "done": _("done"),
    "given_back": _("given back"),
    "closed": _("closed"),
    "reopened": _("reopened"),
    "reopening_requested": _("asked to reopen"),
    "reopening_refused": _("not reopened"),
    "applicant_wrote": _("the applicant wrote"),
    "withdrawn": _("withdrawn"),
    "rated": _("rated"),
}
"""What plugins are told of a ticket (``EVENT_NAMES``)."""
