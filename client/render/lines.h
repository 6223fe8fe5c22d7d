#ifndef GATEPOST_CLIENT_RENDER_LINES_H_
#define GATEPOST_CLIENT_RENDER_LINES_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace gatepost::render {

// Labels and their values, one pair on a line, the values aligned. A value class.
class Lines {
 public:
  // Adds a line; pairs with an empty value are left out. Control characters in a value are shown as
  // `?`, since strangers may have written it.
  void Add(std::string label, std::string value);

  // All pairs in order, values as they were added: for writers that escape for themselves.
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return lines_; }

  // Every line begun by `indent` spaces and ended by LF.
  std::string ToText(size_t indent = 0) const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_LINES_H_
