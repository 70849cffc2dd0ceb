#pragma once

namespace counterpart::cli {

// The `counterpart` command. Exit status: 0 done; 1 the answer is no (a failing scenario, an error in a pack,
// a broken chain); 2 the command could not be carried out (bad arguments, a missing file).
int run(int argc, char** argv);

}  // namespace counterpart::cli
