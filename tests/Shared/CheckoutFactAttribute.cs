using Xunit;

namespace OciRuntime.Tests.Shared;

/// <summary>A fact about the checkout's files; where only the built tests are, it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CheckoutFactAttribute : FactAttribute
{
    public CheckoutFactAttribute() => Skip = Machine.FindInCheckout(string.Empty) is null ? "the checkout is not above the tests" : null;
}
