// Stands where OpenSSL would ask for a password at the terminal, and gives none. For one test.

#pragma once

#include <openssl/ui.h>

namespace parley::test {

class PasswordPrompt {
 public:
  PasswordPrompt() {
    asked_ = false;
    UI_method_set_opener(method_, [](UI*) {
      asked_ = true;
      return 0;
    });
    UI_set_default_method(method_);
  }
  ~PasswordPrompt() {
    UI_set_default_method(before_);
    UI_destroy_method(method_);
  }
  PasswordPrompt(const PasswordPrompt&) = delete;
  PasswordPrompt& operator=(const PasswordPrompt&) = delete;

  [[nodiscard]] static bool asked() { return asked_; }

 private:
  static inline bool asked_ = false;
  const UI_METHOD* before_ = UI_get_default_method();
  UI_METHOD* method_ = UI_create_method("a test");
};

}  // namespace parley::test
