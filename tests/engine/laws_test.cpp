// Laws that hold for every story, tried on stories drawn at random; rapidcheck prints the seed and shrinks
// what breaks one.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "engine/drawn_story.h"
#include "engine/interest.h"
#include "engine/timeline.h"

namespace counterpart::tests {
namespace {

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

// More of the books, with accounts and set-offs: accounts_test.cpp.
RC_GTEST_PROP(Laws, the_books_of_a_due_show_what_is_open_of_it, ()) {
  const Story s = drawn_story();
  const engine::Position p = s.position(moment(*rc::gen::inRange(first_day, last_day + 60), 12));
  std::map<std::uint32_t, std::int64_t> booked, open;
  for (const engine::Posting& posting : p.postings) {
    const std::int64_t sign = posting.holder == p.program().party("Lessor") ? 1 : -1;
    if (posting.to.kind == engine::Book::Kind::due) booked[posting.to.index] += sign * posting.minor;
    if (posting.from.kind == engine::Book::Kind::due) booked[posting.from.index] -= sign * posting.minor;
  }
  for (const engine::DueRow& due : p.dues) open[due.due.value] += due.amount.number - due.settled;
  for (const auto& [due, minor] : open) RC_ASSERT(booked[due] == minor);
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

// A fold in pieces, from points kept on the way and asked for in any order, is the fold in one go.
RC_GTEST_PROP(Laws, a_fold_in_pieces_is_the_fold_in_one_go, ()) {
  const Story s = drawn_story();
  engine::Timeline timeline(s.plan(), s.record(), {}, *rc::gen::inRange<std::size_t>(1, 5));
  for (int i = 0; i < 6; ++i) {
    const std::string at = moment(*rc::gen::inRange(first_day - 1, last_day + 40), *rc::gen::inRange(0, 23));
    RC_ASSERT(bytes(timeline.at(s.at(at))) == bytes(s.position(at)));
  }
}

// So it is while the record grows under it, by live acts, late ones and what speaks about earlier entries.
RC_GTEST_PROP(Laws, points_kept_while_the_record_grows_are_the_fold_of_what_it_holds, ()) {
  const Story whole = drawn_story();
  Story s;
  s.add(whole.record()->raw(1));
  engine::Timeline timeline(s.plan(), s.record(), {}, *rc::gen::inRange<std::size_t>(1, 4));
  for (program::Sequence n = 2; n <= whole.record()->head(); ++n) {
    s.add(whole.record()->raw(n));
    timeline.extend();
    if (*rc::gen::inRange(0, 3) == 0) continue;
    const std::string at = moment(*rc::gen::inRange(first_day, last_day + 40), *rc::gen::inRange(0, 23));
    RC_ASSERT(bytes(timeline.at(s.at(at))) == bytes(s.position(at)));
  }
}

// Acts that happened at different times may be recorded in any order.
RC_GTEST_PROP(Laws, the_order_of_recording_does_not_matter_where_times_differ, ()) {
  const Story told = drawn_story();
  std::vector<program::Entry> acts;
  for (program::Sequence n = 1; n <= told.record()->head(); ++n) {
    program::Entry e = told.record()->raw(n);
    if (e.kind != program::EntryKind::act && e.kind != program::EntryKind::claim) continue;
    // Seconds apart, so that no two happen at one instant.
    e.at = {e.at.seconds + static_cast<std::int64_t>(n)};
    e.recorded = told.at(moment(last_day, 23));
    acts.push_back(e);
  }
  const auto position = [&](const std::vector<program::Entry>& entries) {
    Story s;
    for (program::Entry e : entries) {
      e.sequence = 0;
      s.add(e);
    }
    return substance(s.position(moment(last_day + 30, 12)));
  };
  std::vector<program::Entry> shuffled = acts;
  for (std::size_t i = shuffled.size(); i > 1; --i)
    std::swap(shuffled[i - 1], shuffled[*rc::gen::inRange<std::size_t>(0, i)]);
  RC_ASSERT(position(acts) == position(shuffled));
}

// Whether an entry is refused rests on the entry and the program; nothing recorded later can refuse it.
RC_GTEST_PROP(Laws, what_a_record_holds_is_never_refused_when_it_is_read_again, ()) {
  const Story s = drawn_story();
  engine::Record again(s.record()->shared_program());
  for (program::Sequence n = 1; n <= s.record()->head(); ++n)
    RC_ASSERT(again.append(s.record()->raw(n)).has_value());
}

// A correction and then its reverse leave what there was.
RC_GTEST_PROP(Laws, a_correction_and_its_reverse_give_back_the_same_position, ()) {
  Story s = drawn_story();
  std::vector<program::Sequence> acts;
  for (program::Sequence n = 1; n <= s.record()->head(); ++n) {
    bool corrected = false;
    for (program::Sequence m = n + 1; m <= s.record()->head(); ++m)
      corrected =
          corrected || (s.record()->raw(m).kind == program::EntryKind::correct && s.record()->raw(m).of == n);
    if (s.record()->raw(n).kind == program::EntryKind::act && !corrected) acts.push_back(n);
  }
  RC_PRE(!acts.empty());
  const program::Entry act = s.record()->raw(*rc::gen::elementOf(acts));
  const std::string at = moment(last_day + 40, 12);
  const std::string before = substance(s.position(at));
  const auto correct = [&](Instant to) {
    program::Entry e = s.entry(moment(last_day, 23), act.by, "", "");
    e.kind = program::EntryKind::correct;
    e.of = act.sequence;
    e.with.set("at", Datum::of_text(s.program().zone.format(to)));
    s.add(e);
  };
  correct({act.at.seconds + 86400 * *rc::gen::inRange(-5, 15)});
  correct(act.at);
  RC_ASSERT(substance(s.position(at)) == before);
}

// While the lawful maximum is not supplied, interest is a bound or unknown, never a figure.
RC_GTEST_PROP(Laws, what_rests_on_an_unknown_is_never_an_exact_figure, ()) {
  const Story s = drawn_story();
  const engine::Position p = s.position(moment(*rc::gen::inRange(first_day, last_day + 200), 12));
  for (const engine::DueRow& due : p.dues) {
    const program::Value interest = engine::interest_of(p, due);
    RC_CLASSIFY(interest.tag == program::Tag::money);
    if (interest.tag != program::Tag::absent && interest.tag != program::Tag::unknown)
      RC_ASSERT(interest.bound == program::Bound::at_most && interest.why != 0);
  }
}

}  // namespace
}  // namespace counterpart::tests
