#include "common/storage/replayer.h"

#include "common/base/startup_error.h"

namespace helio::storage {
namespace {
constexpr std::size_t flush_bytes = 16u << 20;
}  // namespace

Replayer::Replayer(Index& index, Model& model, const IndexState& start, ReplayOf part,
                   std::vector<std::string>* problems)
    : index_(index), model_(model), state_(start), part_(part), problems_(problems) {
    begin();
}

void Replayer::begin() {
    overlay_ = {};
    use_.clear();
    view_ = index_.view();
    layered_ = std::make_unique<LayeredIndex>(overlay_, Layers{}, *view_);
    if (part_ == ReplayOf::whole_log) layered_->keep_unnamed();
}

void Replayer::record(const LoggedRecord& record) {
    const auto stride = record.place.header.stride();
    auto& use = use_[record.segment];
    if (record.is_body()) {
        ++bodies_;
        layered_->place_body(record.body, record.segment, record.place.offset, record.place.header.length, false);
        state_.next_body = std::max(state_.next_body, record.body.value + 1);
        return;
    }
    ++records_;
    (record.place.header.carried ? use.carried_bytes : use.record_bytes) += stride;
    apply(record);
}

void Replayer::apply(const LoggedRecord& record) {
    const auto& header = record.place.header;
    try {
        model_.apply(*layered_, Record{header.type, header.version, record.payload});
    } catch (const LmdbError&) {
        throw;
    } catch (const std::exception& error) {
        const auto text = "segment " + std::to_string(record.segment) + " offset " +
                          std::to_string(record.place.offset) + ": record of type " + std::to_string(header.type) +
                          " can't be applied: " + error.what();
        if (!problems_) throw base::StartupError(text);
        problems_->push_back(text);
    }
}

void Replayer::batch_end(const Position& reached) {
    state_.position = reached;
    if (overlay_.memory_bytes() >= flush_bytes) {
        flush();
        begin();
    }
}

void Replayer::flush() {
    layered_.reset();
    view_.reset();
    index_.apply({&overlay_}, use_, state_);
}

void Replayer::finish(const Position& end) {
    state_.position = end;
    flush();
    if (part_ == ReplayOf::whole_log) index_.drop_unnamed_bodies();
}

}  // namespace helio::storage
