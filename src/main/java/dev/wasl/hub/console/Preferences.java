package dev.wasl.hub.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseCookie;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.i18n.CookieLocaleResolver;
import org.springframework.web.util.UriComponentsBuilder;

/** Language and brightness: asked for by {@code ?lang=ar} and {@code ?theme=dark} on any page, kept in cookies. */
@Configuration(proxyBeanMethods = false)
class Preferences implements WebMvcConfigurer {

    private static final String LANGUAGE_COOKIE = "wasl-lang";
    private static final Duration KEPT = Duration.ofDays(365);

    @Bean
    LocaleResolver localeResolver() {
        CookieLocaleResolver resolver = new CookieLocaleResolver(LANGUAGE_COOKIE);
        resolver.setRejectInvalidCookies(false);
        resolver.setDefaultLocaleFunction(Preferences::accepted);
        return resolver;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new Switch()).addPathPatterns("/", "/login", "/console/**");
    }

    /** The first language that the browser accepts and the console speaks. */
    private static Locale accepted(HttpServletRequest request) {
        return java.util.Collections.list(request.getLocales()).stream()
                .filter(locale -> Arrays.stream(Language.values())
                        .anyMatch(language -> language.tag().equals(locale.getLanguage())))
                .map(locale -> Language.of(locale).locale())
                .findFirst()
                .orElse(Language.EN.locale());
    }

    /** Keeps the wish and shows the same page again under its own address. */
    private static final class Switch implements HandlerInterceptor {

        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
                throws IOException {
            String language = request.getParameter("lang");
            String theme = request.getParameter("theme");
            if (!HttpMethod.GET.matches(request.getMethod()) || (language == null && theme == null)) {
                return true;
            }
            if (language != null) {
                keep(
                        response,
                        LANGUAGE_COOKIE,
                        Language.of(Locale.forLanguageTag(language)).tag());
            }
            if (theme != null) {
                keep(response, Theme.COOKIE, Theme.of(theme).orElse(Theme.AUTO).id());
            }
            UriComponentsBuilder same = UriComponentsBuilder.fromPath(request.getRequestURI());
            if (request.getQueryString() != null) {
                same.query(request.getQueryString());
            }
            response.sendRedirect(same.replaceQueryParam("lang")
                    .replaceQueryParam("theme")
                    .build()
                    .toUriString());
            return false;
        }

        private static void keep(HttpServletResponse response, String name, String value) {
            response.addHeader(
                    HttpHeaders.SET_COOKIE,
                    ResponseCookie.from(name, value)
                            .path("/")
                            .maxAge(KEPT)
                            .httpOnly(true)
                            .sameSite("Lax")
                            .build()
                            .toString());
        }
    }
}
