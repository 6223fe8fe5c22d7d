// What people type on the command line: figures, quantities, rules of hours, packages.

#include "client/cli/package_typed.h"
#include "client/cli/parse_rule.h"
#include "client/cli/relative_typed.h"
#include "client/import/figure_path.h"
#include "client/import/quantity.h"
#include "tests/client/import/file_register.h"
#include "tests/fuzz/promise.h"

namespace gatepost::fuzz {
namespace {

void CheckFigure(std::string_view text, client::ImportRegister& known) {
  const absl::CivilDay day(2026, 1, 1);
  for (const char* side : {"VN", "CN"}) {
    const auto figure = client::FigureFromPath(text, side, day, known);
    PromiseAnswer(figure.status());
    if (figure.ok()) {
      const std::string path = client::PathOfFigure(*figure, side);
      const auto again = client::FigureFromPath(path, side, day, known);
      Promise(again.ok() && client::SameSubject(*again, *figure),
              "a figure's path names that figure");
    }
    PromiseAnswer(client::FigureFromAssignment(text, side, day, known).status());
  }
}

void CheckQuantity(std::string_view text) {
  for (const v1::Measure measure : {v1::MEASURE_WAITING, v1::MEASURE_WEIGHT}) {
    const auto quantity = client::QuantityFromText(text, measure);
    if (!quantity.ok()) continue;
    (void)client::ValueCell(*quantity);
  }
  const auto whole = client::WholeNumber(text);
  if (whole.has_value()) {
    Promise(client::WholeNumber(std::to_string(*whole)) == whole, "a number is read back");
  }
}

void CheckRule(const std::string& text) {
  const auto rule = cli::RuleTyped({}, text);
  PromiseAnswer(rule.status());
  if (!rule.ok()) return;
  Promise(rule->rules.empty(), "a rule has no rules of its own");
  PromiseAnswer(cli::ChangeTyped(rule->relative).status());
  const auto again = cli::RuleTyped(*rule, text);
  Promise(again.ok(), "a rule can be said twice");
}

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  static client::FileRegister known;
  const std::string text(fuzz::ViewOf(data, size));
  fuzz::CheckFigure(text, known);
  fuzz::CheckQuantity(text);
  fuzz::CheckRule(text);
  const auto package = cli::PackageTyped(text, [](const std::string&) {
    v1::Proposal proposal;
    proposal.mutable_package()->set_package_id("0194e1a2-7c00-7000-8000-0123456789ab");
    proposal.mutable_package()->set_parts(3);
    return absl::StatusOr<v1::Proposal>(proposal);
  });
  fuzz::PromiseAnswer(package.status());
  return 0;
}
