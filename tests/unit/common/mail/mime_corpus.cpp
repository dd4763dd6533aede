#include "tests/unit/common/mail/mime_corpus.h"

#include <random>

namespace helio::test {
namespace {

std::string crlf(std::string_view text) {
    std::string out;
    for (const char c : text) c == '\n' ? out += "\r\n" : out += c;
    return out;
}

class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::string message(int depth) {
        return "From: a" + number() + "@x.test\nTo: b@x.test\nSubject: s" + number() + "\nMIME-Version: 1.0\n" +
               entity(depth);
    }

private:
    std::string entity(int depth) {
        switch (depth > 0 ? pick(5) : 4) {
            case 0:
            case 1:
                return multipart(depth);
            case 2:
                return "Content-Type: message/rfc822\n\n" + message(depth - 1);
            case 3:
                return "\n" + lines();
            default:
                return leaf();
        }
    }
    std::string multipart(int depth) {
        const auto boundary = "b-" + number() + "=_" + std::string(static_cast<std::size_t>(pick(20)), 'x');
        std::string text = "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\n\n";
        if (pick(2)) text += "preamble\n" + lines();
        const int parts = 1 + pick(4);
        for (int i = 0; i < parts; ++i) text += "\n--" + boundary + (pick(4) ? "" : " \t") + "\n" + entity(depth - 1);
        if (pick(6)) text += "\n--" + boundary + "--\n";
        if (pick(3) == 0) text += "epilogue\n" + lines();
        return text;
    }
    std::string leaf() {
        static const char* const types[] = {"text/plain; charset=utf-8", "text/html", "image/png; name=x.png",
                                            "application/octet-stream"};
        std::string text = "Content-Type: " + std::string(types[pick(4)]) + "\n";
        if (pick(2)) text += "Content-Transfer-Encoding: base64\n";
        if (pick(2)) text += "Content-Disposition: attachment; filename=\"f " + number() + "\"\n";
        return text + "\n" + lines();
    }
    std::string lines() {
        std::string text;
        for (int i = pick(6); i > 0; --i) text += std::string(static_cast<std::size_t>(pick(70)), 'l') + "\n";
        if (pick(3) == 0) text += "-- \nsignature";
        return text;
    }
    int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
    std::string number() { return std::to_string(pick(1'000'000)); }

    std::mt19937 random_;
};

}  // namespace

std::string with_lf(std::string message) {
    std::erase(message, '\r');
    return message;
}

std::string random_message(unsigned seed) {
    auto message = Generator(seed).message(4);
    return seed % 3 == 0 ? message : crlf(message);
}

std::vector<MimeSample> mime_samples() {
    std::vector<MimeSample> samples;
    const auto add = [&samples](std::string name, std::string_view text, bool compare = true) {
        samples.push_back({std::move(name), crlf(text), compare});
    };
    add("plain", "From: a@x.test\nSubject: hi\n\nbody\nlines\n");
    add("no body", "From: a@x.test\nSubject: hi\n\n");
    add("header without end", "From: a@x.test\nSubject: hi\n");
    add("empty body without last line end", "From: a@x.test\n\nx");
    add("alternative and attachment", R"(From: a@x.test
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

This is a multi-part message in MIME format.
--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8

plain
--inner
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>html=20</p>

--inner--

--outer
Content-Type: application/pdf; name="a b.pdf"
Content-Disposition: attachment; filename="a b.pdf"
Content-Transfer-Encoding: base64
Content-ID: <pdf@x.test>
Content-Description: the report
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
Content-Language: en, de
Content-Location: http://x.test/a.pdf

JVBERi0xLjQK
--outer--
epilogue
)");
    add("nested message", R"(From: a@x.test
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: message/rfc822

From: inner@x.test
Subject: inner
Content-Type: multipart/mixed; boundary=i

--i

deep
--i
Content-Type: message/rfc822

Subject: deepest

bottom

--i--
--o
Content-Type: text/plain

after
--o--
)");
    add("message as the whole body", "From: a@x.test\nContent-Type: message/rfc822\n\nSubject: in\n\ntext\n");
    add("missing final boundaries", R"(From: a@x.test
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: multipart/mixed; boundary=i

--i

one
--o

two
)");
    add("empty parts",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--b\n\n\n--b\nContent-Type: text/html\n\n--b--\n");
    add("no parts", "Content-Type: multipart/mixed; boundary=b\n\nnothing here\n");
    add("same boundary inside", R"(Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=bb

--bb

one
--bb--
--b

two
--b--
)");
    add("8-bit header", "From: Gr\xC3\xBCn <a@x.test>\nSubject: gr\xFC\xDF\n\nbody\n");
    add("multipart/digest", R"(Content-Type: multipart/digest; boundary=d

--d

From: one@x.test
Subject: one

first
--d
Content-Type: text/plain

second
--d--
)",
        false);  // GMime gives the first part no default type of message/rfc822
    add("boundary with text behind", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--bx\n\ntwo\n--b--\n",
        false);  // RFC 2046 §5.1.1: the beginning of the line is compared; GMime wants the whole line
    add("multipart without boundary", "Content-Type: multipart/mixed\n\n--b\n\none\n--b--\n", false);
    add("broken content type", "Content-Type: text\n\nbody\n", false);
    add("boundary in a header",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n--b\n\nx\n--b--\n", false);
    add("nothing", "", false);
    return samples;
}

}  // namespace helio::test
