using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OciRuntime.Tests.Shared;

/// <summary>The program of an assembly of tests ends when whoever started it has ended: a test host that gives up on a test that hangs ends itself alone.</summary>
internal static partial class EndWithParent
{
#pragma warning disable CA2255 // an assembly of tests is a program
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Begin()
    {
        // In the guests' program it is a library.
        if (Assembly.GetEntryAssembly() != typeof(EndWithParent).Assembly)
            return;
        new Thread(static parent => Watch((int)parent!)) { IsBackground = true }.Start(getppid());
    }

    private static void Watch(int parent)
    {
        while (getppid() == parent)
            Thread.Sleep(500);
        Environment.Exit(1);
    }

    [LibraryImport("libc")]
    private static partial int getppid();
}
