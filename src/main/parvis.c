#include <stdio.h>

int main(void)
{
	puts("parvis " PARVIS_VERSION);
	return 0;
}
