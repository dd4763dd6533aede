#include "common/mail/transfer.h"

#include <array>
#include <cstdint>

#include "common/base/text.h"

namespace helio::mail {
namespace {

constexpr std::array<std::int8_t, 256> make_base64_values() {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < digits.size(); ++i)
        values[static_cast<unsigned char>(digits[i])] = static_cast<std::int8_t>(i);
    return values;
}
constexpr auto base64_values = make_base64_values();

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

class Identity final : public TransferDecoder {
public:
    void feed(std::string_view piece, std::string& into) override { into += piece; }
    void finish(std::string&) override {}
    bool broken() const override { return false; }
};

class Base64 final : public TransferDecoder {
public:
    void feed(std::string_view piece, std::string& into) override {
        for (const char c : piece) {
            if (c == '\r' || c == '\n' || c == ' ' || c == '\t') continue;
            if (c == '=') {
                end_group(into);
                continue;
            }
            const auto value = base64_values[static_cast<unsigned char>(c)];
            if (value < 0 || padded_) broken_ = true;
            if (value < 0) continue;
            padded_ = false;  // concatenated base64 goes on behind its padding
            bits_ = (bits_ << 6) | static_cast<std::uint32_t>(value);
            if (++count_ == 4) emit(into, 3);
        }
    }
    void finish(std::string& into) override {
        if (count_ > 0) broken_ = true;
        end_group(into);
    }
    bool broken() const override { return broken_; }

private:
    void end_group(std::string& into) {
        if (count_ == 1) broken_ = true;
        const unsigned bytes = count_ == 0 ? 0 : count_ - 1;
        bits_ <<= 6 * (4 - count_);
        if (count_ > 0) emit(into, bytes);
        padded_ = true;
    }
    void emit(std::string& into, unsigned bytes) {
        for (unsigned i = 0; i < bytes; ++i) into.push_back(static_cast<char>((bits_ >> (16 - 8 * i)) & 0xFF));
        bits_ = 0;
        count_ = 0;
    }

    std::uint32_t bits_ = 0;
    unsigned count_ = 0;
    bool padded_ = false;
    bool broken_ = false;
};

// Holds back at most an escape and trailing blanks of the current line (those are transport padding, §6.7 rule 3).
class QuotedPrintable final : public TransferDecoder {
public:
    void feed(std::string_view piece, std::string& into) override {
        for (const char c : piece) step(c, into);
    }
    void finish(std::string& into) override {
        if (!escape_.empty() && escape_ != "=") give_up(into);  // a soft break at the very end is none
        escape_.clear();
        held_.clear();
    }
    bool broken() const override { return broken_; }

private:
    void step(char c, std::string& into) {
        if (!escape_.empty()) return in_escape(c, into);
        if (c == '=') {
            into += held_;
            held_.clear();
            escape_ = "=";
        } else if (c == ' ' || c == '\t') {
            if (held_.size() >= most_held) flush(into);
            held_.push_back(c);
        } else if (c == '\r') {
            flush_cr(into);
            held_.push_back(c);
        } else if (c == '\n') {
            held_.find('\r') != std::string::npos ? into += "\r\n" : into += "\n";
            held_.clear();
        } else {
            flush(into);
            into.push_back(c);
        }
    }

    /// escape_ holds "=", "=X", or "=" and blanks or a CR of a soft line break.
    void in_escape(char c, std::string& into) {
        const bool blank_only = escape_.size() == 1 || escape_.back() == ' ' || escape_.back() == '\t';
        if (c == '\n') {
            if (!blank_only && escape_.back() != '\r') {
                give_up(into);
                return step(c, into);
            }
            escape_.clear();
            return;
        }
        if (blank_only && (c == ' ' || c == '\t' || c == '\r') && escape_.size() < most_held) {
            escape_.push_back(c);
            return;
        }
        if (escape_.size() == 1 && hex_value(c) >= 0) {
            escape_.push_back(c);
            return;
        }
        const int high = escape_.size() == 2 ? hex_value(escape_[1]) : -1;
        if (high >= 0 && hex_value(c) >= 0) {
            into.push_back(static_cast<char>(high * 16 + hex_value(c)));
            escape_.clear();
            return;
        }
        give_up(into);
        step(c, into);
    }

    void give_up(std::string& into) {
        broken_ = true;
        into += escape_;
        escape_.clear();
    }
    void flush(std::string& into) {
        into += held_;
        held_.clear();
    }
    void flush_cr(std::string& into) {
        if (held_.find('\r') != std::string::npos) flush(into);
    }

    static constexpr std::size_t most_held = 998;
    std::string escape_;
    std::string held_;
    bool broken_ = false;
};

}  // namespace

Encoding parse_encoding(std::string_view token) {
    token = base::trim(token);
    if (token.empty() || base::equals_ignoring_case(token, "7bit")) return Encoding::seven_bit;
    if (base::equals_ignoring_case(token, "8bit")) return Encoding::eight_bit;
    if (base::equals_ignoring_case(token, "binary")) return Encoding::binary;
    if (base::equals_ignoring_case(token, "quoted-printable")) return Encoding::quoted_printable;
    if (base::equals_ignoring_case(token, "base64")) return Encoding::base64;
    return Encoding::other;
}

std::unique_ptr<TransferDecoder> make_decoder(Encoding encoding) {
    switch (encoding) {
        case Encoding::seven_bit:
        case Encoding::eight_bit:
        case Encoding::binary:
            return std::make_unique<Identity>();
        case Encoding::quoted_printable:
            return std::make_unique<QuotedPrintable>();
        case Encoding::base64:
            return std::make_unique<Base64>();
        case Encoding::other:
            break;
    }
    return nullptr;
}

std::string decode_transfer(Encoding encoding, std::string_view bytes) {
    const auto decoder = make_decoder(encoding);
    if (!decoder) return std::string(bytes);
    std::string decoded;
    decoder->feed(bytes, decoded);
    decoder->finish(decoded);
    return decoded;
}

}  // namespace helio::mail
