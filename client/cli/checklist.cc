#include "client/cli/checklist.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "client/render/errors.h"
#include "client/render/json.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/width.h"
#include "client/render/words.h"
#include "daemon/system/reason.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::N_;
using render::Say;

// What can be looked at: the stable name, and what people read.
struct Name {
  std::string_view id;
  const char* label;
};
constexpr Name kNames[] = {{"config", N_("config file")},
                           {"roots", N_("roots")},
                           {"tls_certificate", N_("TLS certificate")},
                           {"tls_key", N_("TLS key")},
                           {"tls_chain", N_("TLS chain")},
                           {"tls_dates", N_("TLS dates")},
                           {"signing_certificate", N_("signing certificate")},
                           {"signing_key", N_("signing key")},
                           {"signing_chain", N_("signing chain")},
                           {"signing_dates", N_("signing dates")},
                           {"log_key", N_("log key")},
                           {"witness_key", N_("witness key")},
                           {"certificate", N_("certificate")},
                           {"key", N_("key")},
                           {"chain", N_("chain")},
                           {"dates", N_("dates")},
                           {"revocation_list", N_("revocation list")},
                           {"agreement", N_("link agreement")},
                           {"clock", N_("clock")},
                           {"address", N_("name of the node")},
                           {"port", N_("port")},
                           {"tls", N_("TLS")},
                           {"server_certificate", N_("node's certificate")},
                           {"handshake", N_("handshake")},
                           {"authority", N_("authority")},
                           {"node_clock", N_("node's clock")},
                           {"link", N_("link")},
                           {"waiting", N_("waiting messages")},
                           {"alarm", N_("alarm")},
                           {"outbox", N_("outbox")},
                           {"data_dir", N_("data folder")},
                           {"guard_file", N_("guard file")},
                           {"listen", N_("own port")},
                           {"open_files", N_("open files")}};

const char* LabelOf(std::string_view name) {
  for (const Name& one : kNames) {
    if (one.id == name) return _(one.label);
  }
  return "?";
}

const char* ResultText(config::v1::CheckResult result) {
  switch (result) {
    case config::v1::CHECK_RESULT_OK:
      return _("ok");
    case config::v1::CHECK_RESULT_WARNING:
      return _("WARNING");
    case config::v1::CHECK_RESULT_FAILED:
      return _("FAILED");
    default:
      return _("not checked");
  }
}

const char* ResultCode(config::v1::CheckResult result) {
  switch (result) {
    case config::v1::CHECK_RESULT_OK:
      return "ok";
    case config::v1::CHECK_RESULT_WARNING:
      return "warning";
    case config::v1::CHECK_RESULT_FAILED:
      return "failed";
    default:
      return "skipped";
  }
}

// Strangers may have written a part of it: one line stays one line.
std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return text;
}

std::string TextLine(const config::v1::Check& check) {
  size_t widest_result = 0;
  for (int value = config::v1::CHECK_RESULT_OK; value <= config::v1::CHECK_RESULT_SKIPPED;
       ++value) {
    widest_result =
        std::max(widest_result,
                 render::DisplayWidth(ResultText(static_cast<config::v1::CheckResult>(value))));
  }
  size_t widest_label = 0;
  for (const Name& name : kNames) {
    widest_label = std::max(widest_label, render::DisplayWidth(_(name.label)));
  }
  std::string text =
      fmt::format("{}  {}  ", render::PadRight(ResultText(check.result()), widest_result),
                  render::PadRight(LabelOf(check.name()), widest_label));
  if (!check.subject().empty()) text += check.subject() + ": ";
  text += check.found();
  if (check.reason() != v1::REASON_UNSPECIFIED) {
    text += " [" + render::ReasonCode(check.reason()) + "]";
  }
  if (!check.todo().empty()) text += Say(". To do: {0}", check.todo());
  return OneLine(std::move(text)) + "\n";
}

std::string CsvLine(const config::v1::Check& check) {
  const std::string reason =
      check.reason() == v1::REASON_UNSPECIFIED ? std::string() : render::ReasonCode(check.reason());
  return fmt::format("{},{},{},{},{},{}\n", check.name(), ResultCode(check.result()), reason,
                     render::CsvCell(check.subject()), render::CsvCell(check.found()),
                     render::CsvCell(check.todo()));
}

void Write(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

Checklist::Checklist(const Global& global, render::View view, bool print)
    : global_(global), view_(std::move(view)), print_(print) {
  if (print_ && global_.output == Output::kCsv) Write("check,result,reason,subject,found,todo\n");
}

void Checklist::Ok(std::string_view name, const std::string& subject, const std::string& found) {
  Add(name, config::v1::CHECK_RESULT_OK, v1::REASON_UNSPECIFIED, subject, found, "");
}

void Checklist::Warn(std::string_view name, v1::Reason reason, const std::string& subject,
                     const std::string& found, const std::string& todo) {
  Add(name, config::v1::CHECK_RESULT_WARNING, reason, subject, found, todo);
}

void Checklist::Fail(std::string_view name, v1::Reason reason, const std::string& subject,
                     const std::string& found, const std::string& todo) {
  ++failures_;
  Add(name, config::v1::CHECK_RESULT_FAILED, reason, subject, found, todo);
}

void Checklist::Skip(std::string_view name, const std::string& subject, const std::string& found) {
  Add(name, config::v1::CHECK_RESULT_SKIPPED, v1::REASON_UNSPECIFIED, subject, found, "");
}

void Checklist::Add(std::string_view name, config::v1::CheckResult result, v1::Reason reason,
                    const std::string& subject, const std::string& found, const std::string& todo) {
  config::v1::Check& check = *report_.add_checks();
  check.set_name(std::string(name));
  check.set_result(result);
  check.set_reason(reason);
  check.set_subject(subject);
  check.set_found(found);
  check.set_todo(todo);
  if (!print_) return;
  if (global_.output == Output::kTable) Write(TextLine(check));
  if (global_.output == Output::kCsv) Write(CsvLine(check));
}

int Checklist::Finish() const {
  int warnings = 0;
  for (const config::v1::Check& check : report_.checks()) {
    warnings += check.result() == config::v1::CHECK_RESULT_WARNING ? 1 : 0;
  }
  if (print_ && global_.output == Output::kJson) Write(render::JsonText(report_));
  if (print_ && global_.output == Output::kTable) {
    Write((failures_ + warnings == 0 ? std::string(_("all is well"))
                                     : Say("{0} failed, {1} to watch", failures_, warnings)) +
          "\n");
  }
  return ExitCodeOf(report_);
}

int ExitCodeOf(const config::v1::CheckReport& report) {
  constexpr std::string_view kWayThere[] = {"address", "port", "tls"};
  bool any = false, unreachable = false, not_allowed = false;
  for (const config::v1::Check& check : report.checks()) {
    if (check.result() != config::v1::CHECK_RESULT_FAILED) continue;
    any = true;
    if (check.name() == "link" || check.name() == "alarm") continue;  // About others.
    unreachable = unreachable || std::ranges::find(kWayThere, check.name()) != std::end(kWayThere);
    not_allowed = not_allowed || check.name() == "handshake" || check.name() == "authority" ||
                  render::ExitCode(system::Refuse(check.reason(), "", "", "")) == 4;
  }
  return unreachable ? 3 : not_allowed ? 4 : any ? 1 : 0;
}

}  // namespace gatepost::cli
