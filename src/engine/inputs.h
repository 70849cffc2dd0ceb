#pragma once

// What a program reads from other agreements: documents made of the items of their positions.

#include "base/datum.h"
#include "engine/record.h"

#include <functional>
#include <memory>
#include <string>

namespace counterpart::engine {

// The report of another agreement's position, by the name its pack gives it; asked once for each.
using OtherPosition = std::function<Result<Datum>(const std::string& agreement)>;

// The record with the documents its program reads bound in; the record itself where it reads none. A document
// stands for each item of the section its kind names, keyed by the item's id; its fields are the item's
// properties of the same names (of documents also their fields; of several provisions a list of text). What
// the other position does not know is unknown here, what it bounds is bounded. Errors: what `other` answers;
// "input-type" where a property does not fit the declared type.
Result<std::shared_ptr<const Record>> with_inputs(const std::shared_ptr<const Record>& record,
                                                  const OtherPosition& other);

}  // namespace counterpart::engine
