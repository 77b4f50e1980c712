/* Global options -> command -> open what it needs -> run -> print the error. */
#include <stdio.h>

int main(void)
{
    return puts("barograph") < 0;
}
