#ifndef GATEPOST_CLIENT_CLI_CHECKLIST_H_
#define GATEPOST_CLIENT_CLI_CHECKLIST_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "client/cli/output.h"
#include "client/render/view.h"
#include "gatepost/config/v1/checks.pb.h"

namespace gatepost::cli {

// The lines of `gatepost doctor` and `gatepost cert check`, each printed as soon as it is known: a
// check may wait for the network. Not thread-safe.
class Checklist {
 public:
  // `print` false: keeps the lines and prints nothing.
  Checklist(const Global& global, render::View view, bool print);

  // Each adds one line. `name` says what was looked at (stable, see kNames in checklist.cc),
  // `subject` which file or address; `found` and `todo` are in the reader's language, one sentence
  // each without a final full stop.
  void Ok(std::string_view name, const std::string& subject, const std::string& found);
  void Warn(std::string_view name, v1::Reason reason, const std::string& subject,
            const std::string& found, const std::string& todo);
  void Fail(std::string_view name, v1::Reason reason, const std::string& subject,
            const std::string& found, const std::string& todo);
  void Skip(std::string_view name, const std::string& subject, const std::string& found);

  // Prints what ends the list: a count for people, the whole report as JSON. Returns the exit code:
  // 3 when the node is not reached, 4 when a certificate or a name is not allowed in, 1 for any
  // other trouble, else 0; warnings are no trouble yet.
  int Finish() const;

  const config::v1::CheckReport& report() const { return report_; }
  const render::View& view() const { return view_; }
  // How many lines failed so far.
  int failures() const { return failures_; }

 private:
  void Add(std::string_view name, config::v1::CheckResult result, v1::Reason reason,
           const std::string& subject, const std::string& found, const std::string& todo);

  const Global& global_;
  const render::View view_;
  const bool print_;
  config::v1::CheckReport report_;
  int failures_ = 0;
};

// The exit code of a finished list.
int ExitCodeOf(const config::v1::CheckReport& report);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_CHECKLIST_H_
