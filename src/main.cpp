#include "cli/cli.h"

int main(int argc, char** argv) { return counterpart::cli::run(argc, argv); }
