// How dues and duties stand, asked in expressions; and the instants at which what watches them learns.

#include "support.h"

namespace counterpart::tests {
namespace {

std::string lease_and(const std::string& rules) {
  return std::string(lease) + "\n[1-e] More.\n```counterpart\n" + rules + "```\n";
}

program::Entry paying(const Story& s, const std::string& when, const std::string& amount,
                      const std::string& key = "R-1") {
  program::Entry e = s.entry(when, "Lessee", "pay", "Request/" + key);
  e.with.set("amount", Datum::of_text(amount));
  return e;
}

bool stands(const Story& s, const std::string& as_of, const std::string& note) {
  const engine::Position p = s.position(as_of);
  return s.stage(p, note) == "sent";
}

// A reminder is a document of its own; a request becomes `late` through a flag a rule sets.
const char* const reminders = R"(
document Reminder from Lessor to Lessee
  about    Request
  stages   written, sent

act write Reminder by Lessor -> written                            [1-e]

when about.rent is overdue for Reminder                            [1-e]
  it becomes sent
)";

// Granted Thursday 1 June 2000 at 10:00; 30 days later is Saturday 1 July, and the rent may be paid through
// that day. The first instant of Sunday 2 July it is overdue, and a rule that watches it fires there: not a
// second before, and at 00:00, not when somebody happens to look.
TEST(Standing, a_watch_learns_at_the_first_instant_after_the_due_date) {
  Story s(lease_and(reminders));
  s.add(s.asking("2000-06-01 09:00"));
  s.add(s.entry("2000-06-01 10:00", "Lessor", "grant", "Request/R-1"));
  program::Entry write = s.entry("2000-06-05 10:00", "Lessor", "write", "Reminder/M-1");
  write.with.set("about", Datum::of_text("Request/R-1"));
  s.add(write);
  EXPECT_FALSE(stands(s, "2000-07-01 23:59:59", "Reminder/M-1"));
  ASSERT_TRUE(stands(s, "2000-07-02 00:00", "Reminder/M-1"));
  const engine::Position p = s.position("2000-08-01");
  EXPECT_EQ(p.stage_changes.back().at, s.at("2000-07-02 00:00"));
  EXPECT_EQ(s.position("2000-07-01").next, s.at("2000-07-02 00:00"));
}

// Paid in full on the last day: nothing is overdue, and nothing is waited for.
TEST(Standing, what_was_paid_on_the_last_day_never_becomes_overdue) {
  Story s(lease_and(reminders));
  s.add(s.asking("2000-06-01 09:00"));
  s.add(s.entry("2000-06-01 10:00", "Lessor", "grant", "Request/R-1"));
  program::Entry write = s.entry("2000-06-05 10:00", "Lessor", "write", "Reminder/M-1");
  write.with.set("about", Datum::of_text("Request/R-1"));
  s.add(write);
  s.add(paying(s, "2000-07-01 23:59:59", "200.00"));
  EXPECT_FALSE(stands(s, "2000-12-31", "Reminder/M-1"));
  EXPECT_FALSE(s.position("2000-07-01").has_next);
}

// A cent short: the cent is overdue.
TEST(Standing, a_part_payment_leaves_the_rest_overdue) {
  Story s(lease_and(reminders));
  s.add(s.asking("2000-06-01 09:00"));
  s.add(s.entry("2000-06-01 10:00", "Lessor", "grant", "Request/R-1"));
  program::Entry write = s.entry("2000-06-05 10:00", "Lessor", "write", "Reminder/M-1");
  write.with.set("about", Datum::of_text("Request/R-1"));
  s.add(write);
  s.add(paying(s, "2000-07-01 12:00", "199.99"));
  EXPECT_TRUE(stands(s, "2000-07-02 00:00", "Reminder/M-1"));
}

// All the parts of a due, as computed fields of the request and of the agreement.
const char* const ledger = R"(
document Ledger from Lessor to Lessee
  of_request   Request
  open         = of_request.rent.open
  amount       = of_request.rent.amount
  paid         = of_request.rent.settled
  interest     = of_request.rent.interest
  until        = of_request.rent.due_date
  settled      = of_request.rent is settled
  any_overdue  = some Request has rent is overdue
  overdue      = count of Request where rent is overdue
  all_open     = sum of Request.rent.open
  open_overdue = sum of Request.rent.open where rent is overdue
  either       = of_request.rent is overdue or settled
  stages       kept

act keep Ledger by Lessor -> kept                                  [1-e]
)";

std::string field(const engine::Position& p, const std::string& thing, const std::string& name) {
  const Datum report = engine::report(p);
  for (const Datum& d : report.find("documents")->items) {
    if (d.find("id")->text != thing) continue;
    for (const Datum& f : d.find("fields")->items) {
      if (f.find("name")->text == name) return f.find("text")->text;
    }
  }
  return "absent";
}

// R-1 200.00 due Saturday 1 July, R-2 200.00 granted Monday 3 July, due Wednesday 2 August. On 10 July 50.00
// of R-1 is paid. One month late, on 1 August, R-1 bears: 200.00 at 1 % (the law's maximum) for 9 of July's
// 31 days and 150.00 for the 22 left: (1,800 + 3,300) / 31 / 100 = 1.645… = 1.65.
TEST(Standing, a_due_is_asked_by_its_name) {
  Story s(lease_and(ledger));
  program::Entry maximum = s.entry("2000-05-01 09:00", "Lessor", "", "");
  maximum.kind = program::EntryKind::supply;
  maximum.what = "lawful_maximum";
  maximum.with.set("value", Datum::of_text("0.01"));
  s.add(maximum);
  s.add(s.asking("2000-06-01 09:00"));
  s.add(s.asking("2000-06-30 09:00", "R-2"));
  program::Entry keep = s.entry("2000-06-01 09:30", "Lessor", "keep", "Ledger/L-1");
  keep.with.set("of_request", Datum::of_text("Request/R-1"));
  s.add(keep);
  const engine::Position before = s.position("2000-06-01 09:59");
  EXPECT_EQ(field(before, "Ledger/L-1", "open"), "0.00 USD");
  EXPECT_EQ(field(before, "Ledger/L-1", "settled"), "no");  // nothing has been owed yet
  EXPECT_EQ(field(before, "Ledger/L-1", "until"), "none");
  s.add(s.entry("2000-06-01 10:00", "Lessor", "grant", "Request/R-1"));
  s.add(s.entry("2000-07-03 10:00", "Lessor", "grant", "Request/R-2"));
  s.add(paying(s, "2000-07-10 10:00", "50.00"));
  const engine::Position p = s.position("2000-08-01");
  EXPECT_EQ(field(p, "Ledger/L-1", "amount"), "200.00 USD");
  EXPECT_EQ(field(p, "Ledger/L-1", "paid"), "50.00 USD");
  EXPECT_EQ(field(p, "Ledger/L-1", "open"), "150.00 USD");
  EXPECT_EQ(field(p, "Ledger/L-1", "interest"), "1.65 USD");
  EXPECT_EQ(field(p, "Ledger/L-1", "until"), "2000-07-01");
  EXPECT_EQ(field(p, "Ledger/L-1", "any_overdue"), "yes");
  EXPECT_EQ(field(p, "Ledger/L-1", "overdue"), "1");
  EXPECT_EQ(field(p, "Ledger/L-1", "all_open"), "350.00 USD");
  EXPECT_EQ(field(p, "Ledger/L-1", "open_overdue"), "150.00 USD");
  EXPECT_EQ(field(p, "Ledger/L-1", "either"), "yes");
  EXPECT_EQ(field(s.position("2000-08-03"), "Ledger/L-1", "overdue"), "2");
  s.add(paying(s, "2000-08-03 10:00", "150.00"));
  EXPECT_EQ(field(s.position("2000-08-03"), "Ledger/L-1", "settled"), "yes");
}

// Duties by their provision: answered on the sixth business day is not open any more, but it was a breach
// where the deadline is one.
const char* const answers = R"(
document Complaint from Lessee to Lessor
  stages   made, heard

act complain Complaint by Lessee -> made                           [1-e]
act hear Complaint by Lessor: made                                 [1-a]

duty Lessor hears Complaint                                        [1-e]
  from complain
  within 5 business days

)";

TEST(Standing, a_duty_is_asked_by_its_provision) {
  Story s(lease_and(std::string(answers) + "when the duty under [1-e] is performed for Complaint     [1-a]\n"
                                           "  it becomes heard\n"));
  s.add(s.entry("2000-06-01 10:00", "Lessee", "complain", "Complaint/C-1"));
  s.add(s.entry("2000-06-01 10:00", "Lessee", "complain", "Complaint/C-2"));
  s.add(s.entry("2000-06-08 10:00", "Lessor", "hear", "Complaint/C-1"));
  s.add(s.entry("2000-06-09 10:00", "Lessor", "hear", "Complaint/C-2"));
  EXPECT_EQ(s.stage(s.position("2000-06-07"), "Complaint/C-1"), "made");
  EXPECT_EQ(s.stage(s.position("2000-06-08"), "Complaint/C-1"), "heard");
  EXPECT_EQ(s.stage(s.position("2000-06-09"), "Complaint/C-2"), "heard");  // late, and done
}

// Friday 2 June is day one, Thursday 8 June the fifth; the breach is there from Friday 9 June 00:00.
TEST(Standing, a_breach_is_asked_by_its_provision_and_seen_when_it_begins) {
  const std::string head(answers);
  for (const char* const who : {"", "Lessor is "}) {
    Story s(
        lease_and(head + "when " + who + "in breach of [1-e] for Complaint   [1-a]\n  it becomes heard\n"));
    s.add(s.entry("2000-06-01 10:00", "Lessee", "complain", "Complaint/C-1"));
    EXPECT_EQ(s.stage(s.position("2000-06-08 23:59:59"), "Complaint/C-1"), "made");
    EXPECT_EQ(s.stage(s.position("2000-06-09 00:00"), "Complaint/C-1"), "heard");
  }
  Story other(
      lease_and(head + "when Lessee is in breach of [1-e] for Complaint   [1-a]\n  it becomes heard\n"));
  other.add(other.entry("2000-06-01 10:00", "Lessee", "complain", "Complaint/C-1"));
  EXPECT_EQ(other.stage(other.position("2000-07-09"), "Complaint/C-1"), "made");
}

}  // namespace
}  // namespace counterpart::tests
