// Secret: a password or token. It has no printer, does not compare with ==, and is wiped when it dies.
#pragma once

#include <string>
#include <string_view>

namespace helio::base {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret() { wipe(); }

    /// The plain bytes, for the one place that must send or hash them. Never for a log.
    [[nodiscard]] const std::string& reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    /// Compares in a time that depends only on the lengths.
    [[nodiscard]] bool equals(std::string_view other) const;

private:
    void wipe() noexcept;
    std::string text_;
};

/// True when both hold the same bytes; takes a time that depends only on the lengths.
[[nodiscard]] bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace helio::base
