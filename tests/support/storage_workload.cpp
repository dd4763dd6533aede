#include "tests/support/storage_workload.h"

#include <algorithm>

namespace helio::test {
namespace {
constexpr std::uint32_t boxes = 5;
}

void Expected::acknowledged(const Step& step) {
    const Key key{step.box, step.uid};
    std::erase_if(doubtful_, [&](const Step& doubt) {
        const bool same = step.kind == Step::Kind::append ? doubt.seed == step.seed : doubt.uid == step.uid;
        return doubt.kind == step.kind && doubt.box == step.box && same;
    });
    if (step.kind == Step::Kind::append) messages_[key] = Held{step.seed, step.bytes, "recent"};
    if (step.kind == Step::Kind::expunge) messages_.erase(key);
    if (const auto held = messages_.find(key); step.kind == Step::Kind::flags && held != messages_.end())
        held->second.flags = step.flags;
}

std::optional<Step> Expected::pick(std::mt19937_64& random) const {
    if (messages_.empty()) return std::nullopt;
    auto at = messages_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random() % messages_.size()));
    return Step{Step::Kind::flags, at->first.first, at->first.second, 0, 0, {}};
}

bool Expected::doubts(Step::Kind kind, Key key) const {
    return std::any_of(doubtful_.begin(), doubtful_.end(), [&](const Step& step) {
        return step.kind == kind && step.box == key.first && (kind == Step::Kind::append || step.uid == key.second);
    });
}

std::string Expected::check_present(TestPartition& partition, const Key& key, const Held& held) const {
    const auto name = "message " + std::to_string(key.first) + "/" + std::to_string(key.second);
    const auto found = partition.message(key.first, key.second);
    if (!found) return doubts(Step::Kind::expunge, key) ? "" : name + " is lost";
    if (found->flags != held.flags && !doubts(Step::Kind::flags, key)) return name + " has flags " + found->flags;
    const auto text = partition.text(key.first, key.second);
    if (!text) return name + ": " + to_string(text.error());
    if (*text != noise(held.bytes, held.seed)) return name + " has other bytes";
    return "";
}

std::string Expected::check_no_others(TestPartition& partition) const {
    std::string wrong;
    std::map<std::uint32_t, std::uint32_t> counted;
    partition.get().read([&](const storage::IndexReader& index) {
        index.scan(MailboxModel::messages, "", "", [&](std::string_view key, std::string_view row) {
            if (static_cast<unsigned char>(key.back()) == 0xFF && key.size() == 5) return true;
            const auto message = MailboxModel::decode_message(row);
            ++counted[message.box];
            if (!messages_.contains({message.box, message.uid}) &&
                !doubts(Step::Kind::append, {message.box, message.uid}))
                wrong = "message " + std::to_string(message.box) + "/" + std::to_string(message.uid) +
                        " should not be there";
            return true;
        });
    });
    for (const auto& [number, count] : counted)
        if (partition.box(number).messages != count) wrong = "mailbox " + std::to_string(number) + " counts wrongly";
    return wrong;
}

std::string Expected::check(TestPartition& partition) const {
    for (const auto& [key, held] : messages_)
        if (auto wrong = check_present(partition, key, held); !wrong.empty()) return wrong;
    return check_no_others(partition);
}

std::pair<Step, Result<>> StorageWorkload::next(TestPartition& partition, const Expected& expected) {
    const auto dice = random_() % 10;
    const auto known = expected.pick(random_);
    if (dice < 6 || !known) {
        Step step{Step::Kind::append, 1 + static_cast<std::uint32_t>(random_() % boxes), 0, random_(), 0, {}};
        step.bytes = static_cast<std::uint32_t>(random_() % 20 == 0 ? 70'000 : random_() % 6000);
        on_begin(step);
        AppendMessage change(step.box, noise(step.bytes, step.seed));
        auto done = partition.submit(change);
        step.uid = change.uid;
        return {step, std::move(done)};
    }
    Step step = *known;
    if (dice < 8) {
        step.flags = "flag" + std::to_string(random_() % 1000);
        on_begin(step);
        return {step, partition.set_flags(step.box, step.uid, step.flags)};
    }
    step.kind = Step::Kind::expunge;
    on_begin(step);
    return {step, partition.expunge(step.box, step.uid)};
}

void StorageWorkload::run(TestPartition& partition, Expected& expected, int count) {
    for (int i = 0; i < count; ++i) {
        const auto [step, done] = next(partition, expected);
        if (done) expected.acknowledged(step);
        if (!done && done.error().code == storage::errc::stopped) expected.in_doubt(step);
    }
}

}  // namespace helio::test
