#include "client/render/diff.h"

#include <vector>

#include "client/import/figure_path.h"
#include "client/render/figures.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "google/protobuf/util/message_differencer.h"

namespace gatepost::render {
namespace {

using google::protobuf::util::MessageDifferencer;

// The number with its unit, as one side of a change.
std::string Value(const v1::Figure& figure) {
  if (figure.quantity().state() != v1::VALUE_STATE_REPORTED) {
    return QuantityText(figure.quantity(), figure.measure());
  }
  return QuantityText(figure.quantity(), figure.measure()) + " " + UnitText(figure.quantity());
}

// What of a figure differs beside its number, e.g. its time.
std::string OtherChange(const v1::Figure& before, const v1::YardReport& before_report,
                        const v1::Figure& after, const v1::YardReport& after_report,
                        const View& view) {
  const std::string was = FigureRemarks(before, before_report, view);
  const std::string is = FigureRemarks(after, after_report, view);
  if (was == is) return _("marks of its splits");
  const char* none = _("none");
  return Say("was {0}, is {1}", was.empty() ? none : was, is.empty() ? none : is);
}

}  // namespace

std::string DiffText(const v1::YardReport& before, const v1::YardReport& after, const View& view,
                     size_t indent) {
  Table table(
      {{""}, {_("Figure")}, {_("Was"), Align::kRight}, {_("Is"), Align::kRight}, {_("Remarks")}});
  std::vector<bool> matched(before.figures_size(), false);
  for (const v1::Figure& is : after.figures()) {
    int found = -1;
    for (int i = 0; i < before.figures_size() && found < 0; ++i) {
      if (!matched[i] && client::SameSubject(before.figures(i), is)) found = i;
    }
    if (found < 0) {
      table.Add({"+", FigureName(is, view), "", Value(is), FigureRemarks(is, after, view)});
      continue;
    }
    matched[found] = true;
    const v1::Figure& was = before.figures(found);
    if (MessageDifferencer::Equals(was, is)) continue;
    const bool number = !MessageDifferencer::Equals(was.quantity(), is.quantity());
    table.Add({"~", FigureName(is, view), Value(was), Value(is),
               number ? "" : OtherChange(was, before, is, after, view)});
  }
  for (int i = 0; i < before.figures_size(); ++i) {
    if (matched[i]) continue;
    const v1::Figure& was = before.figures(i);
    table.Add({"-", FigureName(was, view), Value(was), "", FigureRemarks(was, before, view)});
  }
  const std::string margin(indent, ' ');
  std::string text;
  if (before.as_of().instant().seconds() != after.as_of().instant().seconds()) {
    text += margin +
            Say("as of: was {0}, is {1}", TimeText(TimeOf(before.as_of().instant()), view.zones),
                TimeText(TimeOf(after.as_of().instant()), view.zones)) +
            "\n";
  }
  text += table.ToText(indent);
  if (text.empty()) text = margin + _("no figure differs") + "\n";
  return text;
}

}  // namespace gatepost::render
