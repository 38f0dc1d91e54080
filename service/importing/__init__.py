"""Taking in what others wrote: referrals in CSV, people who are already inside, events of other systems."""
