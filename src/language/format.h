#pragma once

// One layout for every pack, so that two people's changes differ only where they say something else.

#include <string>
#include <string_view>

namespace counterpart::language {

// A file of a pack laid out: `format(format(x)) == format(x)`, and what is said does not change, only where
// it stands.
//
//   prose       left as it is, but for blanks at the ends of lines (two that make a hard line break stay two)
//   rules       declarations at the left edge, clauses two blanks in; types of fields and rows of receipt
//   rules
//               in one column; citations in one column, or after the code where that is longer
//   scenarios   the date, the time, and then what happens in column 19; what continues it, below that
//
// Comments stay. A block that cannot be read is left as it is: nothing is lost by formatting what is
// unfinished.
std::string format(std::string_view text);

}  // namespace counterpart::language
