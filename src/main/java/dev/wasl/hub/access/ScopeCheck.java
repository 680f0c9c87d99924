package dev.wasl.hub.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Compares what an operation needs with what the key has. An operation that names no scope is refused. */
class ScopeCheck implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod operation) {
            NeedsScope needed = needed(operation);
            if (needed == null) {
                throw new AccessDeniedException("the operation names no scope");
            }
            if (!Callers.has(needed.value())) {
                throw new MissingScopeException(needed.value());
            }
        }
        return true;
    }

    private static @Nullable NeedsScope needed(HandlerMethod operation) {
        NeedsScope onMethod = AnnotatedElementUtils.findMergedAnnotation(operation.getMethod(), NeedsScope.class);
        return onMethod != null
                ? onMethod
                : AnnotatedElementUtils.findMergedAnnotation(operation.getBeanType(), NeedsScope.class);
    }
}
