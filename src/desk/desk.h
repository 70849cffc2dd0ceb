#pragma once

// The service: a workspace of agreements over one store. Acts come in, views go out; everything shown is
// folded from the record.

#include "base/datum.h"
#include "desk/clock.h"
#include "engine/fold.h"
#include "journal/store.h"
#include "language/compile.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace counterpart::desk {

// What a view is asked for: dates as written; empty means now and everything known now.
struct View {
  std::string as_of, known_at;
  std::vector<std::string> readings;  // NAME=ALTERNATIVE
  std::string party;                  // whose own items are wanted beside the shared ones; empty: nobody's
};

// Why something could not be done, with the HTTP status that says the same.
struct Refusal {
  int status = 422;
  Error error;
  Datum body;  // of a conflict: the new preview
};
template <class T>
using Answer = std::expected<T, Refusal>;

class Desk {
 public:
  // `sample_clock`: the workspace's own clock starts here; none: the machine's clock.
  Desk(std::unique_ptr<journal::Store> store, language::ZoneLoader zones,
       std::optional<Instant> sample_clock);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // Reads every agreement of the store, compiles its edition and binds its journal.
  Result<void> open();
  // Adds an agreement from a pack and a journal's entries. Errors say which entry and why.
  Result<std::string> import(const language::PackSource& pack, std::span<const program::Entry> entries,
                             const std::string& settings);
  // Keeps an imported original text beside the agreement, section by section (JSON: number → text).
  Result<void> keep_original(const std::string& agreement, const Datum& sections);

  Datum agreements();
  Answer<Datum> agreement(const std::string& id);  // with its forms
  Answer<Datum> clauses(const std::string& id);
  Answer<Datum> position(const std::string& id, const View& view);
  Answer<Datum> entries(const std::string& id, program::Sequence after, std::size_t limit);
  Answer<Datum> why(const std::string& id, const std::string& item, const View& view);
  // What is open, and what each answer would change.
  Answer<Datum> alternatives(const std::string& id, const View& view);
  Answer<Datum> docket(const View& view);
  Answer<Datum> preview(const std::string& id, const Datum& act);
  // `only_at`: refused with 412 when the record's head is another by then.
  Answer<Datum> act(const std::string& id, const Datum& act, const std::string& idempotency_key,
                    std::optional<program::Sequence> only_at = {});
  // Appends to a party's own journal (drafts, approvals, remarks, holds); nothing of it reaches the shared
  // position or the other party.
  Answer<Datum> act_own(const std::string& id, const Datum& entry, const std::string& idempotency_key);
  Answer<Datum> move_clock(const Datum& to);
  Answer<program::Sequence> head(const std::string& id);

  // Called with ("position", {...}) or ("clock", {...}) from the clock's thread or from the caller of act().
  std::function<void(const std::string& event, const Datum& data)> on_change;
  // Starts the clock's thread: folds what is due and says so. What fell due while nothing ran is noticed at
  // once.
  void start_clock();
  void stop();

 private:
  struct Agreement;
  struct Prepared {
    program::Entry entry;
    std::vector<std::string> sealed;
  };

  Agreement* find(const std::string& id);
  Answer<Agreement*> need(const std::string& id);
  Result<std::unique_ptr<Agreement>> load(const journal::AgreementRow& row);
  // The position, with what its program reads from the other agreements here, at the same times.
  Answer<engine::Position> fold(const Agreement& a, const std::shared_ptr<const engine::Record>& record,
                                const engine::FoldOptions& options, int depth = 0);
  Answer<engine::FoldOptions> options(const Agreement& a, const View& view);
  Answer<program::Entry> entry_of(Agreement& a, const Datum& act);
  Answer<Prepared> prepare(Agreement& a, const Datum& act);
  Answer<Datum> preview_of(Agreement& a, const Prepared& act);
  static std::unexpected<Refusal> append_refused(const Agreement& a, const journal::AppendError& error);
  void changed(Agreement& a, const std::string& why);
  void run_clock();

  std::unique_ptr<journal::Store> store_;
  language::ZoneLoader zones_;
  Clock clock_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Agreement>> agreements_;
  std::thread thread_;
  std::condition_variable wake_;
  bool stopping_ = false;
};

}  // namespace counterpart::desk
