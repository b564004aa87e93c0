// A small program for the tests of this folder.

#pragma once

#include "common/manual/program.h"

namespace parley::manual {

inline Program AProgram() {
  Program program;
  program.name = "tea";
  program.summary = "makes tea";
  program.options = {
      {.name = "sort", .letter = "", .argument = "green|black", .text = "which leaves", .fallback = "green"},
      {.name = "pot", .letter = "", .argument = "FILE", .text = "the pot's [own] file: 'x'", .fallback = ""},
      {.name = "guest",
       .letter = "",
       .argument = "NAME",
       .text = "who drinks",
       .fallback = "",
       .repeats = true},
      {.name = "help",
       .letter = "h",
       .argument = "",
       .text = "show this help",
       .fallback = "",
       .repeats = false,
       .is_setting = false},
  };
  Command cup;
  cup.name = "cup";
  cup.verbs = {"fill", "wash"};
  cup.options = {{.name = "size", .letter = "", .argument = "DIR|off", .text = "how large", .fallback = ""}};
  cup.usages = {{"cup fill", "fills the cup"}};
  program.commands = {cup};
  program.sections = {{"Notes", {{"", ".dots and back\\slashes"}, {"term-one", "a term"}}}};
  program.see_also = {"kettle(1)", "leaves(5)"};
  return program;
}

}  // namespace parley::manual
