#include "wire.h"

int main(void)
{
	return 0;
}
