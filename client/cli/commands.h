#ifndef GATEPOST_CLIENT_CLI_COMMANDS_H_
#define GATEPOST_CLIENT_CLI_COMMANDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/cli/output.h"

// What was typed, command by command, and the functions that do it. Texts are kept as typed: the
// command that uses one reads it, so that every wrong one is refused in the same words. Each
// function prints its answer and returns the exit code (DESIGN.md 13).
namespace gatepost::cli {

// How a report is made from what was typed.
struct FigureOptions {
  std::vector<std::string> gates;        // --gate; for the short flags and --not-operating.
  std::string direction;                 // --direction, for the short flags.
  std::vector<std::string> assignments;  // --figure and --set, PATH=VALUE.
  // Short flags as `measure` and what was typed: [WORDS=]VALUE.
  struct Short {
    std::string measure;
    std::vector<std::string> values;
  };
  std::vector<Short> shorts;
  bool not_operating = false;
};

// What `yard send` and `yard revise` read tables with.
struct TableOptions {
  std::string csv_file;
  std::string mapping_file;
  std::string as_of;
};

struct YardSendOptions {
  FigureOptions figures;
  TableOptions table;
  std::string date;
  bool like_yesterday = false;
  bool dry_run = false;
  bool practice = false;
  bool yes = false;
  std::string override_reason;
  std::string remark;
};
int YardSend(const Global& global, const YardSendOptions& options);

// yard correct (one `--set`) and yard revise.
struct YardReviseOptions {
  std::string reference;
  FigureOptions figures;
  TableOptions table;
  std::string reason;
  std::string override_reason;
  bool practice = false;
  bool dry_run = false;
  bool yes = false;
};
int YardCorrect(const Global& global, const YardReviseOptions& options);
int YardRevise(const Global& global, const YardReviseOptions& options);

struct YardShowOptions {
  std::string reference;  // Of history only.
  std::string date;
  std::string scope;
  std::string side;
};
int YardShow(const Global& global, const YardShowOptions& options);
int YardHistory(const Global& global, const YardShowOptions& options);

struct YardMissingOptions {
  std::string from;  // 2026-02-01; empty: 30 days before `to`.
  std::string to;    // Empty: today.
  std::string side;
  std::vector<std::string> scopes;
  bool all = false;  // Also what was reported in time.
};
int YardMissing(const Global& global, const YardMissingOptions& options);

// Hours said relative to those before; at most one of these.
struct RelativeOptions {
  std::string opens;                        // 07:00, or minutes: +30, -60.
  std::string closes;                       // Likewise.
  std::string shift;                        // The whole day, by minutes: -60.
  bool without_break = false;               // E.g. through lunch.
  std::vector<std::string> add_windows;     // 12:00-13:00.
  std::vector<std::string> remove_windows;  // Likewise.
  friend bool operator==(const RelativeOptions&, const RelativeOptions&) = default;
};

// Which gates, vehicles and days, and what holds there: a timetable of one rule. Times are typed as
// `2026-02-15H`, `2026-02-15 09:10H` or `09:10B`.
struct SpanOptions {
  std::vector<std::string> gates;
  std::string traffic = "all";  // all, goods, passengers, rail or waterway.
  std::string direction = "both";
  std::vector<std::string> cargo;
  std::string vehicle_country;
  std::string from;
  std::string until;
  std::string estimated;
  std::string regime;                // A word of RegimeTyped; empty: normal.
  std::vector<std::string> windows;  // 08:00-12:00.
};

// What stands behind a message on paper.
struct PaperOptions {
  std::string reason;
  std::string letter;     // Number of the letter.
  std::string issuer;     // Who issued it.
  std::string dated;      // Letter date, 2025-04-11.
  std::string received;   // Receipt date.
  std::string published;  // Publication date.
};

// One-sided news about hours.
struct NoticeOptions : SpanOptions, PaperOptions {
  std::string seen_at;
  std::string answer_by;
  std::vector<std::string> ends;  // resume: references.
  std::string service;            // service: appointments, laboratory, inspection or customs.
  bool working = false;
  bool opened = false;
  std::string stop;                   // seen: the stop that was seen and ends with this opening.
  std::string outcome = "as-before";  // cancel: as-before, new-notice or postponed.
  std::string reference;              // cancel and --replaces: the notice that is replaced.
  std::vector<std::string> confirms;  // References of transcripts.
  std::string channel;                // transcript: letter, call, consulate, meeting or press.
  std::string file;                   // A Notice in text format, instead of the flags.
  RelativeOptions relative;           // resume, transcript: hours said relative to those before.
  bool hours_not_stated = false;      // transcript: nothing was heard of the hours.
  bool dry_run = false;
};
int NoticeClosed(const Global& global, const NoticeOptions& options);
int NoticeStopIntake(const Global& global, const NoticeOptions& options);
int NoticeResume(const Global& global, const NoticeOptions& options);
int NoticeObserved(const Global& global, const NoticeOptions& options);
int NoticeOpenedClosed(const Global& global, const NoticeOptions& options);
int NoticeService(const Global& global, const NoticeOptions& options);
int NoticeCancel(const Global& global, const NoticeOptions& options);
int NoticeFile(const Global& global, const NoticeOptions& options);

// What was only heard of the other side: with `channel`, `seen_at` (when it was heard) and
// `regime`.
int SendTranscript(const Global& global, const NoticeOptions& options);

struct AcknowledgeOptions {
  std::string reference;
  std::string answer_by;  // An answer follows by then; empty: only read.
  std::string disputed;   // facts, authority, not-agreed or decision; empty: not disputed.
  std::string remark;
};
int Acknowledge(const Global& global, const AcknowledgeOptions& options);

struct HoursOptions {
  std::vector<std::string> scopes;
  std::string at;     // An instant; empty: a day.
  std::string day;    // 2026-02-15; empty: today.
  bool week = false;  // Seven days from there.
  std::string as_known_at;
  std::string traffic = "all";
};
int ShowHours(const Global& global, const HoursOptions& options);

struct CalendarOptions {
  std::vector<std::string> scopes;
  std::string from;  // First day, 2026-02-10; empty: today.
  int days = 31;
  std::string traffic = "all";
  std::string out;  // The file to write or to update; empty: standard output.
};
int HoursCalendar(const Global& global, const CalendarOptions& options);

// hours observed and hours lead-times.
struct ReviewOptions {
  std::vector<std::string> scopes;
  std::string month;  // 2026-02; empty: `from` to `to`.
  std::string from;   // Empty: the first of the month of `to`.
  std::string to;     // Empty: today.
  std::string traffic = "goods";
};
int HoursObserved(const Global& global, const ReviewOptions& options);
int HoursLeadTimes(const Global& global, const ReviewOptions& options);

struct DaysOptions {
  std::string from;  // 2026-02-10; empty: today.
  int days = 31;
};
int HolidayDays(const Global& global, const DaysOptions& options);

struct ListOptions {
  bool follow = false;
  std::string cursor;
  int count = 0;  // Events after which a follower stops; 0: never.
  std::string scope;
  std::string author;
  int page_size = 0;
  std::string page_token;
  bool emergencies = false;  // Only what awaits a countersignature.
};
int Inbox(const Global& global, const ListOptions& options);
int Outbox(const Global& global, const ListOptions& options);

struct ReferenceOptions {
  std::string reference;
  std::string author;
  std::string save_dir;      // show: where to write the bytes for stock tools.
  std::string wait_for;      // status: a rung.
  int timeout_seconds = 30;  // status: how long to wait for it.
};
int ShowMessage(const Global& global, const ReferenceOptions& options);
int ShowStatus(const Global& global, const ReferenceOptions& options);

struct GateOptions {
  std::string text;
  std::string below;
  std::string on;
};
int GatesList(const Global& global, const GateOptions& options);
int GatesResolve(const Global& global, const GateOptions& options);

int NodeStatus(const Global& global);

struct PingOptions {
  int timeout_seconds = 15;
};
int PeerPing(const Global& global, const PingOptions& options);

struct SandboxOptions {
  std::string dir;
  std::string gatepostd;  // up, restore: the node's program; empty: beside this one.
  bool silent = false;    // cut: nothing passes, and nobody is told.
};
int SandboxUp(const Global& global, const SandboxOptions& options);
int SandboxDown(const Global& global, const SandboxOptions& options);
int SandboxStatus(const Global& global, const SandboxOptions& options);
int SandboxCut(const Global& global, const SandboxOptions& options);
int SandboxRestore(const Global& global, const SandboxOptions& options);

// The sandbox's line between its nodes, a process that `sandbox up` starts.
struct RelayOptions {
  uint16_t listen = 0;
  uint16_t target = 0;
};
int SandboxRelay(const Global& global, const RelayOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_COMMANDS_H_
