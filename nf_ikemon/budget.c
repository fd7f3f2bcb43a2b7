// SPDX-License-Identifier: GPL-2.0-only
#include "budget.h"

#include "pernet.h"
#include "rules.h"

enum budget_limits {
	SCORE_MAX	= 1000000,
};

/* How much an offence weighs, see docs/enforce.md, and where it is counted. */
static const struct {
	u8 weight;
	u8 counter;
} offences[IKEMON_OFFENCES] = {
	[IKEMON_OFFENCE_OVER_LIMIT] = {
		1, IKEMON_COUNT_OFFENCES_OVER_LIMIT },
	[IKEMON_OFFENCE_RETRANSMIT_STORM] = {
		1, IKEMON_COUNT_OFFENCES_RETRANSMIT_STORM },
	[IKEMON_OFFENCE_EMPTY_HALF_OPEN] = {
		2, IKEMON_COUNT_OFFENCES_EMPTY_HALF_OPEN },
	[IKEMON_OFFENCE_AUTH_FAILED_SUSPECTED] = {
		3, IKEMON_COUNT_OFFENCES_AUTH_FAILED_SUSPECTED },
	[IKEMON_OFFENCE_SLOW] = {
		2, IKEMON_COUNT_OFFENCES_SLOW },
	[IKEMON_OFFENCE_REKEY_STORM] = {
		1, IKEMON_COUNT_OFFENCES_REKEY_STORM },
};

/* Something that @source did or that happens to a block of it. */
struct deed {
	struct ikemon_net *inet;
	struct ikemon_run *run;
	const struct ikemon_conf *conf;
	struct ikemon_source *source;
	unsigned int class;
	__be16 port;
	bool suspended;	/* it counts in no score */
	u32 now;	/* seconds */
};

unsigned int ikemon_share_of(const struct ikemon_source_table *t, __be16 port)
{
	u32 word = (__force u16)port;

	return ikemon_hash(&t->hash_key, &word, sizeof(word)) % IKEMON_SHARES;
}

/* Source lock held. What the shares use in this second; NULL without memory. */
static struct ikemon_usage *usage_now(struct ikemon_source *source, u64 now)
{
	struct ikemon_usage *usage = source->usage;

	if (!usage)
		usage = kzalloc(sizeof(*usage), GFP_ATOMIC);
	source->usage = usage;
	if (usage && usage->at != ikemon_seconds(now))
		*usage = (struct ikemon_usage) { .at = ikemon_seconds(now) };
	return usage;
}

/*
 * Source lock held. Users behind one address share its budget freely until it
 * runs short; then none gets more than an equal part. Without memory to tell
 * them apart it stays free.
 */
static bool share_full(struct ikemon_source *source,
		       const struct ikemon_limits *limits, unsigned int share,
		       u64 now)
{
	struct ikemon_usage *usage;
	unsigned int i, active = 0;

	if (ikemon_bucket_left(&source->bucket, limits->rate, limits->burst,
			       now) >= limits->burst / 2)
		return false;
	usage = usage_now(source, now);
	if (!usage)
		return false;
	for (i = 0; i < IKEMON_SHARES; i++)
		active += i == share || usage->used[i];
	return usage->used[share] >= max(limits->rate / active, 1U);
}

/* Source lock held. */
static void share_use(struct ikemon_source *source, unsigned int share,
		      u64 now)
{
	struct ikemon_usage *usage = source->usage ? usage_now(source, now) :
						     NULL;

	if (usage && usage->used[share] < U16_MAX)
		usage->used[share]++;
}

static bool charge(struct ikemon_source *source,
		   const struct ikemon_limits *limits, unsigned int share,
		   u64 now)
{
	bool ok;

	spin_lock_bh(&source->lock);
	ok = atomic_read(&source->proven_half_open) < limits->half_open &&
	     atomic_read(&source->proven) < limits->sessions &&
	     (source->is_wide || !share_full(source, limits, share, now)) &&
	     ikemon_bucket_take(&source->bucket, limits->rate, limits->burst,
				now);
	if (ok)
		share_use(source, share, now);
	spin_unlock_bh(&source->lock);
	return ok;
}

bool ikemon_budget_charge(const struct ikemon_source_table *t,
			  struct ikemon_source *source,
			  const struct ikemon_limits *limits, __be16 port,
			  u64 now)
{
	struct ikemon_limits wide = *limits;

	ikemon_limits_widen(&wide);
	if (!charge(source, limits, ikemon_share_of(t, port), now))
		return false;
	/* Last, so that who is over his own limit takes nothing from others. */
	return !source->wide || charge(source->wide, &wide, 0, now);
}

/* Source lock held. What is long past counts less. */
static void record_age(struct ikemon_record *record, u32 window, u32 now)
{
	/* Another CPU's clock may be behind. */
	u32 windows = now > record->at ? (now - record->at) / window : 0;

	record->score = windows < 32 ? record->score >> windows : 0;
	if (record->score)
		record->at += windows * window;
	else
		record->at = now;
}

/*
 * Source lock held. Return: false if it is too soon to count again, or likely
 * our own fault.
 */
static bool record_add(struct ikemon_record *record, const struct deed *deed)
{
	if (deed->suspended)
		return false;
	if (deed->class == IKEMON_OFFENCE_OVER_LIMIT) {
		if (record->limited == deed->now)
			return false;
		record->limited = deed->now;
	}
	record_age(record, deed->conf->block_window, deed->now);
	record->score = min_t(u32, record->score +
			      offences[deed->class].weight,
			      SCORE_MAX);
	record->class = deed->class;
	record->port = deed->port;
	return true;
}

static bool is_blocked(const struct ikemon_record *record, u32 now)
{
	/* Pairs with block(): what kind of block it is may be looked at. */
	u32 until = smp_load_acquire(&record->until);

	return until && now < until;
}

/* Source lock held. */
static void block(struct ikemon_record *record, const struct deed *deed)
{
	const struct ikemon_conf *conf = deed->conf;

	if (!record->until)
		atomic_inc(&deed->run->sources.blocked);
	record->since = deed->now;
	record->evidence = record->score;
	WRITE_ONCE(record->would, conf->mode != IKEMON_MODE_ENFORCE);
	atomic64_set(&record->packets, 0);
	/* Pairs with is_blocked(), without lock. */
	smp_store_release(&record->until, deed->now +
			  ikemon_block_seconds(record->score,
					       conf->block_lambda,
					       conf->block_max));
	if (record->would)
		ikemon_count(deed->inet, WOULD_BLOCK);
	else
		ikemon_count(deed->inet, BLOCKS);
	ikemon_event_source(deed->inet, deed->source,
			    IKEMON_SOURCE_EVENT_BLOCKED);
}

/* Source lock held. Blocks that are over but not yet taken away are none. */
static unsigned int shares_blocked(const struct ikemon_offender *offender,
				   u32 now)
{
	unsigned int i, n = 0;

	for (i = 1; i < offender->records; i++)
		n += is_blocked(&offender->record[i], now);
	return n;
}

struct share_search {
	const struct ikemon_run *run;
	unsigned int share;
};

static bool is_up_in_share(struct ikemon_session *s, const void *arg)
{
	const struct share_search *search = arg;

	return READ_ONCE(s->neg.state) == IKEMON_STATE_ESTABLISHED &&
	       s->neg.role != IKEMON_ROLE_NONE &&
	       ikemon_share_of(&search->run->sources, s->init_peer.port) ==
	       search->share;
}

/* Has somebody an established session there, who must not suffer? */
static bool share_is_up(const struct deed *deed, unsigned int share,
			const union nf_inet_addr *addr)
{
	struct share_search search = { .run = deed->run, .share = share };

	return atomic_read(&deed->source->up) &&
	       ikemon_session_any(&deed->run->sessions, addr, is_up_in_share,
				  &search);
}

/*
 * Source lock held. Counts an offence. Return: NULL without memory: who
 * offends then is let off.
 */
static struct ikemon_offender *offender_of(const struct deed *deed)
{
	struct ikemon_source *source = deed->source;
	u32 records = source->is_wide ? 1 : IKEMON_RECORDS;
	struct ikemon_offender *offender = source->offender;

	if (!offender) {
		offender = kzalloc(struct_size(offender, record, records),
				   GFP_ATOMIC);
		if (!offender) {
			ikemon_count(deed->inet, NO_MEMORY);
			return NULL;
		}
		offender->records = records;
		/* Pairs with the dependency in block_of(), without lock. */
		smp_store_release(&source->offender, offender);
	}
	if (offender->offence[deed->class] < U32_MAX)
		offender->offence[deed->class]++;
	return offender;
}

/* Source lock held. Return: is it due for a block? */
static bool share_add(const struct deed *deed, struct ikemon_record *record)
{
	return record_add(record, deed) && !is_blocked(record, deed->now) &&
	       record->score >= deed->conf->block_offences;
}

/*
 * Source lock held. @share: of those of @offender. @spare: it must not be
 * blocked for that.
 */
static void blame(const struct deed *deed, struct ikemon_offender *offender,
		  struct ikemon_record *share, bool spare)
{
	struct ikemon_record *whole = &offender->record[0];

	if (record_add(whole, deed) &&
	    deed->class == IKEMON_OFFENCE_OVER_LIMIT)
		ikemon_event_source(deed->inet, deed->source,
				    IKEMON_SOURCE_EVENT_LIMITED);
	if (!share_add(deed, share) || spare)
		return;
	block(share, deed);
	if (!atomic_read(&deed->source->up) && !is_blocked(whole, deed->now) &&
	    shares_blocked(offender, deed->now) >= IKEMON_SHARES_HOSTILE)
		block(whole, deed);
}

/* An offence of @addr in a source that is no wide prefix. */
static void offend(const struct deed *deed, const union nf_inet_addr *addr)
{
	unsigned int share = ikemon_share_of(&deed->run->sources, deed->port);
	struct ikemon_source *source = deed->source;
	bool spare = share_is_up(deed, share, addr);
	struct ikemon_offender *offender;

	spin_lock_bh(&source->lock);
	offender = offender_of(deed);
	if (offender)
		blame(deed, offender, &offender->record[1 + share], spare);
	spin_unlock_bh(&source->lock);
}

static void offend_wide(const struct deed *deed)
{
	struct ikemon_source *source = deed->source;
	u64 limit = (u64)deed->conf->block_offences * IKEMON_WIDE_FACTOR;
	struct ikemon_offender *offender;
	struct ikemon_record *record;

	spin_lock_bh(&source->lock);
	offender = offender_of(deed);
	if (!offender)
		goto out;
	record = &offender->record[0];
	if (record_add(record, deed) && record->score >= limit &&
	    !atomic_read(&source->up) && !is_blocked(record, deed->now))
		block(record, deed);
out:
	spin_unlock_bh(&source->lock);
}

void ikemon_budget_offend(struct ikemon_net *inet, struct ikemon_run *run,
			  struct ikemon_source *source,
			  const struct ikemon_endpoint *from,
			  unsigned int class, u64 now)
{
	struct deed deed = {
		.inet = inet, .run = run, .conf = ikemon_conf_get(inet),
		.source = source, .class = class, .port = from->port,
		.now = ikemon_seconds(now),
	};

	ikemon_count_at(inet, offences[class].counter);
	ikemon_guard_seen(run, source, true);
	deed.suspended = ikemon_guard_suspends(run);
	WRITE_ONCE(source->last, now);
	offend(&deed, &from->addr);
	if (!source->wide)
		return;
	deed.source = source->wide;
	offend_wide(&deed);
}

static void forgive(struct ikemon_source *source, unsigned int share)
{
	struct ikemon_offender *offender;

	spin_lock_bh(&source->lock);
	offender = source->offender;
	if (offender) {
		offender->record[0].score /= 2;
		if (!source->is_wide)
			offender->record[1 + share].score /= 2;
	}
	spin_unlock_bh(&source->lock);
}

void ikemon_budget_success(const struct ikemon_source_table *t,
			   struct ikemon_source *source, __be16 port)
{
	forgive(source, ikemon_share_of(t, port));
	if (source->wide)
		forgive(source->wide, 0);
}

/* Return: the block that is in force, of the source or of the share. */
static struct ikemon_record *block_of(const struct ikemon_source_table *t,
				      struct ikemon_source *source,
				      __be16 port, u32 now)
{
	struct ikemon_offender *offender = READ_ONCE(source->offender);
	struct ikemon_record *share;

	if (!offender)
		return NULL;
	if (is_blocked(&offender->record[0], now))
		return &offender->record[0];
	if (offender->records == 1)
		return NULL;
	share = &offender->record[1 + ikemon_share_of(t, port)];
	return is_blocked(share, now) ? share : NULL;
}

static struct ikemon_record *find_block(const struct ikemon_source_table *t,
					const struct ikemon_conf *conf,
					const struct ikemon_endpoint *from,
					u8 family, u32 now)
{
	struct ikemon_source *source;
	struct ikemon_record *record;

	source = ikemon_source_of(t, conf, &from->addr, family);
	record = source ? block_of(t, source, from->port, now) : NULL;
	if (record || family == NFPROTO_IPV4)
		return record;
	source = ikemon_source_wide_of(t, conf, &from->addr);
	return source ? block_of(t, source, from->port, now) : NULL;
}

enum ikemon_blocked ikemon_budget_blocked(struct ikemon_run *run,
					  const struct ikemon_conf *conf,
					  const struct ikemon_endpoint *from,
					  u8 family, u64 now,
					  atomic64_t **packets)
{
	struct ikemon_record *record;

	if (!atomic_read(&run->sources.blocked) || ikemon_guard_suspends(run))
		return IKEMON_BLOCKED_NOT;
	record = find_block(&run->sources, conf, from, family,
			    ikemon_seconds(now));
	if (!record)
		return IKEMON_BLOCKED_NOT;
	*packets = &record->packets;
	return READ_ONCE(record->would) ? IKEMON_BLOCKED_WOULD :
					  IKEMON_BLOCKED;
}

/* Source lock held. Return: 1 if there was a block. */
static unsigned int unblock(struct ikemon_source_table *t,
			    struct ikemon_record *record)
{
	if (!record->until)
		return 0;
	WRITE_ONCE(record->until, 0);
	atomic_dec(&t->blocked);
	return 1;
}

unsigned int ikemon_budget_unblock(struct ikemon_net *inet,
				   struct ikemon_source_table *t,
				   struct ikemon_source *source)
{
	struct ikemon_offender *offender;
	unsigned int i, n = 0;

	spin_lock_bh(&source->lock);
	offender = source->offender;
	for (i = 0; offender && i < offender->records; i++) {
		n += unblock(t, &offender->record[i]);
		offender->record[i].score = 0;
	}
	if (n)
		ikemon_event_source(inet, source,
				    IKEMON_SOURCE_EVENT_UNBLOCKED);
	spin_unlock_bh(&source->lock);
	return n;
}

/*
 * Source lock held. A block is over when its time is, or when it turns out
 * that it was our own fault. Return: 1 if it was there.
 */
static unsigned int end_block(struct ikemon_source_table *t,
			      struct ikemon_record *record, bool suspended,
			      u32 now)
{
	if (suspended)
		record->score = 0;
	else if (is_blocked(record, now))
		return 0;
	return unblock(t, record);
}

void ikemon_budget_age(struct ikemon_net *inet, struct ikemon_source_table *t,
		       struct ikemon_source *source, u64 now)
{
	const struct ikemon_run *run = container_of(t, struct ikemon_run,
						    sources);
	struct ikemon_offender *offender = READ_ONCE(source->offender);
	bool suspended = ikemon_guard_suspends(run);
	unsigned int i, n = 0;

	if (!offender)
		return;
	spin_lock_bh(&source->lock);
	for (i = 0; i < offender->records; i++)
		n += end_block(t, &offender->record[i], suspended,
			       ikemon_seconds(now));
	if (n)
		ikemon_event_source(inet, source,
				    IKEMON_SOURCE_EVENT_UNBLOCKED);
	spin_unlock_bh(&source->lock);
}
