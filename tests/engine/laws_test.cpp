// Laws that hold for every story, tried on stories drawn at random; rapidcheck prints the seed and shrinks
// what breaks one.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "support.h"

namespace counterpart::tests {
namespace {

constexpr int first_day = 0, last_day = 60;

std::string moment(int day, int hour) {
  return plus_days(CivilDate::from_ymd(2000, 6, 1), day).to_string() + " " + (hour < 10 ? "0" : "") +
         std::to_string(hour) + ":00";
}

// Some twenty entries on three requests: acts in and out of order, signed and not, claims and contests,
// corrections, evidence; each recorded no earlier than the one before, some dated back.
Story drawn_story() {
  Story s;
  s.add(s.asking(moment(first_day, 0), "R-0"));
  const int count = *rc::gen::inRange(1, 24);
  int recorded_day = first_day;
  for (int i = 0; i < count; ++i) {
    recorded_day = std::min(last_day, recorded_day + *rc::gen::inRange(0, 6));
    const int happened = std::max(first_day, recorded_day - *rc::gen::inRange(0, 8));
    const std::string key = "R-" + std::to_string(*rc::gen::inRange(1, 4));
    const std::string at = moment(happened, *rc::gen::inRange(0, 23));
    const auto earlier = static_cast<int>(s.record()->head());
    program::Entry e;
    switch (*rc::gen::inRange(0, 9)) {
      case 0:
      case 1:
        e = s.asking(at, key);
        e.via = *rc::gen::element<std::string>("e-mail", "courier", "pigeon");
        if (*rc::gen::inRange(0, 4) == 0) e.signatures.clear();
        break;
      case 2:
        e = s.entry(at, "Lessor", "grant", "Request/" + key);
        break;
      case 3:
        e = s.entry(at, "Lessor", "refuse", "Request/" + key);
        if (*rc::gen::inRange(0, 2) == 0) e.signatures.push_back({"Lessor", "agent", "", ""});
        break;
      case 4:
      case 5:
        e = s.entry(at, "Lessee", "pay", "Request/" + key);
        e.with.set("amount", Datum::of_text(std::to_string(*rc::gen::inRange(1, 300)) + ".37"));
        break;
      case 6:
        e = s.entry(at, "Lessor", "", "Request/" + key);
        e.kind = program::EntryKind::claim;
        e.what = "damaged";
        break;
      case 7:
        e = s.entry(at, "Lessee", "", "");
        e.kind = program::EntryKind::contest;
        e.of = static_cast<program::Sequence>(*rc::gen::inRange(1, std::max(2, earlier + 1)));
        break;
      default:
        e = s.entry(at, *rc::gen::element<std::string>("Lessor", "Lessee"), "", "");
        e.kind = program::EntryKind::correct;
        e.of = static_cast<program::Sequence>(*rc::gen::inRange(1, std::max(2, earlier + 1)));
        e.with.set("at", Datum::of_text(s.program().zone.format(s.at(moment(happened, 9)))));
    }
    e.recorded = std::max(s.at(moment(recorded_day, 23)), e.at);
    e.sequence = s.record()->head() + 1;
    (void)s.record()->append(e);  // a contest of what is no claim is refused, and the story goes on
  }
  return s;
}

std::string bytes(const engine::Position& p) { return write_json(engine::report(p)); }

// What was known then is what a record that ended then would give: later entries leave no trace in the past.
RC_GTEST_PROP(Laws, as_known_at_a_time_is_the_fold_of_the_record_up_to_it, ()) {
  const Story whole = drawn_story();
  const int day = *rc::gen::inRange(first_day, last_day + 10);
  const std::string cut = moment(day, 23);
  Story prefix;
  for (program::Sequence n = 1; n <= whole.record()->head(); ++n) {
    if (whole.record()->raw(n).recorded > whole.at(cut)) break;
    prefix.add(whole.record()->raw(n));
  }
  RC_ASSERT(bytes(whole.position(cut, cut)) == bytes(prefix.position(cut, cut)));
}

// The past does not move as time goes on with nobody acting: what happened by a day happened by every later.
RC_GTEST_PROP(Laws, time_alone_adds_to_a_document_s_history_and_never_rewrites_it, ()) {
  const Story s = drawn_story();
  const std::string end = moment(last_day, 23);
  const int first = *rc::gen::inRange(first_day, last_day);
  const engine::Position early = s.position(moment(first, 12), end);
  const engine::Position late = s.position(moment(*rc::gen::inRange(first, last_day + 30), 13), end);
  const auto history = [&](const engine::Position& p, std::uint32_t thing) {
    std::vector<std::pair<std::uint32_t, std::int64_t>> out;
    for (std::uint32_t c = p.things[thing].last_stage; c != engine::none; c = p.stage_changes[c].before)
      out.emplace_back(p.stage_changes[c].stage.value, p.stage_changes[c].at.seconds);
    std::reverse(out.begin(), out.end());
    return out;
  };
  for (std::uint32_t t = 0; t < early.things.size(); ++t) {
    if (!early.things[t].stage.given()) continue;  // the agreement itself
    const std::uint32_t now = late.find_thing(early.name_of(t));
    RC_ASSERT(now != engine::none);
    const auto was = history(early, t), is = history(late, now);
    RC_ASSERT(was.size() <= is.size());
    RC_ASSERT(std::equal(was.begin(), was.end(), is.begin()));
  }
}

// Asking twice, and in buffers that another fold left behind, gives the same bytes.
RC_GTEST_PROP(Laws, a_fold_depends_on_nothing_but_its_arguments, ()) {
  const Story s = drawn_story();
  const Story other = drawn_story();
  const std::string at = moment(*rc::gen::inRange(first_day, last_day + 30), 12);
  engine::Position reused = other.position(at);
  engine::FoldOptions o;
  o.as_of = s.at(at);
  engine::fold_into(reused, s.plan(), s.record(), o);
  RC_ASSERT(bytes(reused) == bytes(s.position(at)));
  RC_ASSERT(bytes(s.position(at)) == bytes(s.position(at)));
}

// The next instant a position names is the first at which it is another with nobody acting: just before it
// nothing that counts has changed.
RC_GTEST_PROP(Laws, nothing_happens_before_the_next_instant_a_position_names, ()) {
  const Story s = drawn_story();
  engine::FoldOptions o;
  const auto entry = *rc::gen::resize(100, rc::gen::inRange<program::Sequence>(1, s.record()->head() + 1));
  o.as_of = {s.record()->raw(entry).at.seconds + *rc::gen::resize(100, rc::gen::inRange(0, 3 * 86400))};
  o.known_at = s.record()->raw(entry).recorded;
  const engine::Position now = engine::fold(s.plan(), s.record(), o);
  RC_CLASSIFY(now.has_next);
  if (!now.has_next) return;
  o.as_of = {now.next.seconds - 1};
  const engine::Position before = engine::fold(s.plan(), s.record(), o);
  RC_ASSERT(before.stage_changes.size() == now.stage_changes.size());
  RC_ASSERT(before.duties.size() == now.duties.size());
  RC_ASSERT(before.breaches.size() == now.breaches.size());
  RC_ASSERT(before.next == now.next);
}

RC_GTEST_PROP(Laws, the_books_sum_to_zero_in_every_currency, ()) {
  const Story s = drawn_story();
  const engine::Position p = s.position(moment(*rc::gen::inRange(first_day, last_day + 60), 12));
  std::map<std::uint16_t, std::int64_t> sums;
  for (const engine::Posting& posting : p.postings) sums[posting.currency] += posting.minor;
  for (const auto& [currency, sum] : sums) RC_ASSERT(sum == 0);
}

// Every entry known has exactly one judgement, and every void one says why.
RC_GTEST_PROP(Laws, every_act_is_judged_once_and_what_is_void_says_why, ()) {
  const Story s = drawn_story();
  const engine::Position p = s.position(moment(last_day, 23));
  std::map<program::Sequence, int> judged;
  for (std::uint32_t i = 0; i < p.judgements.size(); ++i) {
    ++judged[p.judgements[i].entry];
    if (p.judgements[i].word != engine::VerdictWord::void_) continue;
    RC_ASSERT(std::any_of(p.reasons.begin(), p.reasons.end(),
                          [&](const engine::Reason& r) { return r.entry_index == i; }));
  }
  for (program::Sequence n = 1; n <= s.record()->head(); ++n) {
    if (s.record()->raw(n).kind == program::EntryKind::act) RC_ASSERT(judged[n] == 1);
  }
}

}  // namespace
}  // namespace counterpart::tests
