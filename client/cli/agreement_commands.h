#ifndef GATEPOST_CLIENT_CLI_AGREEMENT_COMMANDS_H_
#define GATEPOST_CLIENT_CLI_AGREEMENT_COMMANDS_H_

#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/output.h"

// The commands about agreements of both sides; as in commands.h.
namespace gatepost::cli {

// Terms that are proposed: a file, or flags for one rule of hours or for what several share.
struct TermsOptions : SpanOptions, PaperOptions {
  std::vector<std::string> rules;     // FLAG=VALUE ..., one for each rule where there are several.
  std::string file;                   // A Proposal in text format, instead of the flags.
  std::string load;                   // loaded or empty; empty: both.
  std::vector<std::string> weekdays;  // mon to sun, or mon-fri.
  std::string holidays;               // EFFECT:CALENDAR, e.g. not:VN; empty: nothing is said.
  bool make_up_days = false;          // Make-up working days count as weekdays.
  bool all_day = false;
  std::vector<std::string> last_entries;  // [export=|import=]17:30.
  RelativeOptions relative;
  std::string occasion;  // Of holiday hours, e.g. tet.
  bool regular = false;  // schedule propose: the regular timetable.
};

// How a proposal is sent.
struct SendOptions {
  std::string to;                 // The other node; empty: the only one.
  std::string answer_by;          // Until when it may be accepted.
  std::vector<std::string> ends;  // References of agreements that give way.
  std::string package;            // PART/PARTS, or PART/PARTS:REF beside another part.
  bool dry_run = false;
  bool yes = false;
};

struct ProposeOptions {
  TermsOptions terms;
  SendOptions send;
  std::string reference;  // agreement counter and amend: of the proposal or agreement.
};
int SchedulePropose(const Global& global, const ProposeOptions& options);
int HolidayPropose(const Global& global, const ProposeOptions& options);
int AgreementCounter(const Global& global, const ProposeOptions& options);
int AgreementAmend(const Global& global, const ProposeOptions& options);

struct TerminateOptions : PaperOptions {
  std::string reference;
  std::string effective;
  SendOptions send;
};
int AgreementTerminate(const Global& global, const TerminateOptions& options);

struct AnswerOptions {
  std::string reference;
  std::string remark;  // reject only.
  bool yes = false;
  bool dry_run = false;
};
int AgreementAccept(const Global& global, const AnswerOptions& options);
int AgreementReject(const Global& global, const AnswerOptions& options);
int AgreementWithdraw(const Global& global, const AnswerOptions& options);

struct AgreementListOptions {
  bool to_answer = false;
  std::vector<std::string> states;  // awaiting-decision, open, in-force, ...
  std::string peer;
  int page_size = 0;
  std::string page_token;
};
int AgreementList(const Global& global, const AgreementListOptions& options);

struct AgreementShowOptions {
  std::string reference;
  std::string other;  // diff: the second proposal.
};
int AgreementShow(const Global& global, const AgreementShowOptions& options);
int AgreementDiff(const Global& global, const AgreementShowOptions& options);

struct MatrixOptions {
  std::vector<std::string> scopes;  // Empty: every gate of the register.
  std::string from;                 // First day, 2027-02-01; empty: today.
  std::string to;                   // Last day, included.
  std::string traffic = "all";
  std::string as_known_at;
};
int HolidayMatrix(const Global& global, const MatrixOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_AGREEMENT_COMMANDS_H_
