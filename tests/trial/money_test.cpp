// Money as agreements have it, told as stories: a retainer and unearned fees; a purchase commitment whose
// shortfall is credit in the next year and frozen after; taxes apart; and that the stories hold each rule.

#include <algorithm>

#include "support.h"
#include "trial/mutation.h"
#include "trial/scenario_run.h"

namespace counterpart::trial {
namespace {

constexpr const char* pack = R"(# 2 Money
[2-a] Fees are paid ahead. [2-b] A retainer is held. [2-c] Expenses are kept out of it. [2-d] What is not earned goes back. [2-e] A shortfall is paid. [2-f] It is credit in the next year. [2-g] Taxes are listed.

```counterpart
agreement "Services" name services effective 2000-01-03
  zone America/New_York
  currency USD
  business days are weekdays

party Company "Company Inc."
party Adviser "Adviser LLC"

calendar weekdays
  weekend Saturday, Sunday
  years 2000 to 2004

account retainer for Company with Adviser                              [2-b]
account commitment_credit for Company with Adviser                     [2-f]

act pay retainer for Agreement by Company                              [2-b]
  with amount money
  puts amount into retainer
act return retainer for Agreement by Adviser                           [2-b]
  with amount money
  void unless amount <= retainer.balance, because "no more than is held"
  draws amount from retainer

document Expense from Adviser to Company
  cost       money
  stages     filed
act file Expense by Adviser -> filed                                   [2-c]
act keep Expense by Adviser                                            [2-c]
  with amount money
due reimbursement of Expense from Company to Adviser                   [2-c]
  amount cost
  from filed
  within 30 days
  settled by keep from retainer

document FeePeriod from Adviser to Company
  begins     date
  fee        money
  last       date, optional
  stages     running, ended
act begin FeePeriod by Adviser -> running                              [2-a]
act end FeePeriod by Company: running -> ended                         [2-d]
  with last date
due unearned of FeePeriod from Adviser to Company                      [2-d]
  amount share of fee for days from last to begins + 29 days in 30
  from ended
  within 10 business days

document Invoice from Adviser to Company
  net            money
  tax            money = $0.00
  shortfall      yes/no = no
  usable_from    date, optional
  usable_until   date, optional
  total          = net + tax
  stages         received
act present Invoice by Adviser -> received                             [2-e]
act pay Invoice by Company                                             [2-e]
  with amount money
act apply credit to Invoice by Company                                 [2-f]
  with amount money
  void unless amount <= commitment_credit.available, because "no more than can be used this year"   [2-f]
due payment of Invoice from Company to Adviser                         [2-e]
  amount total
  from received
  within 30 days
  settled by pay or apply credit to from commitment_credit
  of which tax tax                                                     [2-g]
when payment is settled and shortfall for Invoice                      [2-f]
  puts payment.settled into commitment_credit, usable from usable_from until usable_until
```

```scenario "expenses come out of the retainer and the rest goes back"   [2-b] [2-c]
2003-07-22 10:00  Company pays retainer for Agreement, amount 250,000.00
2004-06-30 10:00  Adviser files Expense E-1, cost 40,000.00
2004-06-30        Company owes Adviser 40,000.00 on E-1 by 2004-07-30
2004-07-22 10:00  Adviser keeps E-1, amount 40,000.00
2004-07-22        Company owes Adviser 0.00 on E-1; Company has 210,000.00 in retainer; Company can use 210,000.00 of retainer
2004-08-05 10:00  Adviser returns retainer for Agreement, amount 210,000.01
2004-08-05 10:30  that is void
2004-08-05 11:00  Adviser returns retainer for Agreement, amount 210,000.00
2004-08-05        that is effective; Company has 0.00 in retainer
```

```scenario "half of the fifth fee was not earned"                        [2-a] [2-d]
-- thirty days from Wednesday 19 November 2003 end with Thursday 18 December; the day of the end counts as worked, so
-- fifteen of thirty go back: 125,000.00, within ten weekdays of Wednesday 3 December: Wednesday 17 December
2003-11-19 09:00  Adviser begins FeePeriod P-5, begins 2003-11-19, fee 250,000.00
2003-12-03 10:00  Company ends P-5, last 2003-12-03
2003-12-03        Adviser owes Company 125,000.00 on P-5 by 2003-12-17
```

```scenario "23 days of the thirteenth"                                   [2-d]
-- from Friday 16 July 2004 thirty days end with Saturday 14 August; from Thursday 22 July 23 are left:
-- 250,000.00 x 23/30 = 191,666.666…
2004-07-16 09:00  Adviser begins FeePeriod P-13, begins 2004-07-16, fee 250,000.00
2004-07-22 10:00  Company ends P-13, last 2004-07-22
2004-07-22        Adviser owes Company 191,666.67 on P-13
```

```scenario "a shortfall that was paid is credit in the next year"        [2-e] [2-f]
-- received Monday 20 November 2000, due Wednesday 20 December; credit from 1 January 2001 through 31 December
2000-11-20 10:00  Adviser presents Invoice S-2000, net 8,500,000.00, shortfall yes, usable_from 2001-01-01, usable_until 2001-12-31
2000-11-20        Company owes Adviser 8,500,000.00 on S-2000 by 2000-12-20
2000-12-20 10:00  Company pays S-2000, amount 8,500,000.00
2000-12-31        Company has 8,500,000.00 in commitment_credit; Company can use 0.00 of commitment_credit
2001-01-01 00:00  Company can use 8,500,000.00 of commitment_credit
2001-02-09 10:00  Adviser presents Invoice I-7, net 12,000,000.00
2001-02-10 10:00  Company applies credit to I-7, amount 7,500,000.00
2001-02-10        Company owes Adviser 4,500,000.00 on I-7; Company has 1,000,000.00 in commitment_credit
2001-12-31        Company can use 1,000,000.00 of commitment_credit
2002-01-01 00:00  Company has 1,000,000.00 in commitment_credit; Company can use 0.00 of commitment_credit
2002-01-02 10:00  Company applies credit to I-7, amount 1,000,000.00
2002-01-02        that is void under 2-f; Company owes Adviser 4,500,000.00 on I-7
```

```scenario "paid twice by mistake"                                       [2-e]
2001-03-01 10:00  Adviser presents Invoice I-8, net 100.00, tax 8.25
2001-03-02 10:00  Company pays I-8, amount 108.25
2001-03-05 10:00  Company pays I-8, amount 108.25
2001-03-05        Company owes Adviser 0.00 on I-8; Company has 108.25 in overpaid on I-8
```
)";

TEST(Money, the_stories_hold) {
  const auto program = tests::compiled(pack);
  ASSERT_NE(program, nullptr);
  for (const ScenarioResult& r : run_scenarios(program)) {
    for (const auto& f : r.failures)
      ADD_FAILURE() << r.title << ":" << f.line << ": expected " << f.expected << ", found " << f.found;
  }
}

TEST(Money, each_rule_is_held_by_a_story) {
  const auto program = tests::compiled(pack);
  ASSERT_NE(program, nullptr);
  const std::vector<Mutant> all = mutate(program);
  for (const char* what :
       {"account commitment_credit: usable from a day later",
        "account commitment_credit: usable from a day earlier",
        "account commitment_credit: usable until a day later",
        "account commitment_credit: usable until a day earlier",
        "account commitment_credit: lost or frozen exchanged", "due payment: not settled by pay Invoice",
        "due payment: not settled by apply credit to Invoice",
        "due reimbursement: not settled by keep Expense"}) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Mutant& m) { return m.what == what; });
    ASSERT_NE(found, all.end()) << what;
    EXPECT_NE(found->noticed_by, "") << what;
  }
}

}  // namespace
}  // namespace counterpart::trial
